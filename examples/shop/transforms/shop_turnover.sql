-- Turnover for each customer; builds navigate.shop_turnover.
select customer_id, count(*) as orders, sum(amount_dkk) as turnover_dkk
from chart.shop_orders
group by customer_id
