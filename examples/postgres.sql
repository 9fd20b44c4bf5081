-- The tables that examples/postgres.yaml reads. Every person in them is made up.
create table customers (
  customer_id int primary key,
  name text not null,
  email text,
  country char(2) not null,
  updated_at timestamptz not null default now()
);
create table orders (
  order_id bigint primary key,
  customer_id int not null references customers,
  amount numeric(12, 2) not null,
  updated_at timestamptz not null default now()
);

insert into customers (customer_id, name, email, country, updated_at)
select i, 'Customer ' || i, 'customer' || i || '@example.com', (array['DK', 'SE', 'NO', 'DE'])[1 + i % 4], timestamptz '2024-01-01' + i * interval '1 hour'
from generate_series(1, 100) i;

insert into orders (order_id, customer_id, amount, updated_at)
select i, 1 + i % 100, (i * 37 % 10000) / 100.0, timestamptz '2024-02-01' + i * interval '1 minute'
from generate_series(1, 1000) i;
