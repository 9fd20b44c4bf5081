/** What the generated texts are filled with. Two sets without a name in common: one to develop against, one held out. */
export interface WordLists {
  given: readonly string[]
  surnames: readonly string[]
  danishGiven: readonly string[]
  danishSurnames: readonly string[]
  cities: readonly string[]
  countries: readonly string[]
  states: readonly string[]
  danishTowns: readonly string[]
  streets: readonly string[]
  danishStreets: readonly string[]
  companies: readonly string[]
  danishCompanies: readonly string[]
  nations: readonly string[]
}

const words = (list: string): string[] => list.trim().split(/\s*,\s*/)

export const developmentLists: WordLists = {
  given: words(
    'Emily, Marcus, Olivia, Ethan, Priya, Wei, Mohammed, Fatima, Carlos, Ingrid, Chloe, Hiroshi, Yuki, Kwame, Aaliyah, Dmitri, Svetlana, Pierre, Amélie, Giovanni, Chiara, Ahmed, Leila, Sean, Siobhan, Marta, Jakub, Tuan, Linh, Ngozi, Chukwuemeka, Hans, Greta, Matthias, Ronaldo, Beatriz, Tyler, Brandi, Dorothy, Eugene, Mildred, Thaddeus, Xochitl, Zoltan, Blanka, Ivo, Sipho, Tjaša, Gudmund, Rune, Torleif, Malik, Zarema, Noboru, Fumiko, Temperance, Wendell, Lakshmi, Arjun, Grace, Rose, Mark, Will, April, Hope',
  ),
  surnames: words(
    'Henderson, Nguyen, O’Brien, Patel, Kowalski, García, Rossi, Schneider, Dubois, Yamamoto, Okafor, Haddad, Petrov, Novak, van der Berg, Johansson, Virtanen, Silva, Fernández, McAllister, Whitfield, Abernathy, Cho, Zhang, Lindqvist, Szabó, Popescu, Kaya, Mbeki, Hughes, de la Cruz, Castellanos, Featherstone, Brandybuck, Umarov, Balogun, Horvat, Dvořák, Sæther, Kvistgaard, Quimby, Baptiste, Lévesque, Holloway, Price, Long, Banks, West, Bishop, Tremblay, Rzepecki, Wieliczko, Achterberg, Tshivhase',
  ),
  danishGiven: words(
    'Mette, Anders, Søren, Kirsten, Jens, Lærke, Mikkel, Ida, Bo, Liv, Rasmus, Åse, Poul Erik, Anne-Marie, Torben, Bodil, Freja, Villads, Gitte, Preben, Mohamad, Zeynep, Ejvind, Karna',
  ),
  danishSurnames: words(
    'Nielsen, Sørensen, Kjærgaard, Holm Larsen, Bang, Mølgaard, Skov, Thygesen, Lund, Vestergaard, Østergaard, Juul Madsen, Brøndum, Aagesen, Riis-Hansen, Yilmaz, Fuglsang, Tranekær, Kruse, Lindegård',
  ),
  cities: words(
    'Springfield, Manchester, Toronto, Lyon, Hamburg, São Paulo, Nairobi, Osaka, Krakow, Marseille, Perth, Boise, Wichita, Chattanooga, Leeds, Utrecht, Ghent, Bergen, Tampere, Zaragoza, Bari, Debrecen, Little Rock, Fort Wayne, Stoke-on-Trent, Saint-Étienne, Wollongong, Bloemfontein, Ústí nad Labem, Żory, Kaposvár, Lappeenranta, Oberkirch, Villefranche, Pineville',
  ),
  countries: words(
    'France, Germany, Brazil, Japan, Kenya, Canada, the Netherlands, South Africa, New Zealand, Poland, Vietnam, Mexico, Sweden, United Kingdom, USA, Czech Republic, Saudi Arabia, Slovenia',
  ),
  states: words('CA, TX, NY, IL, OH, WA, GA, NC, MN, AZ'),
  danishTowns: words(
    '8000 Aarhus C, 2100 København Ø, 5000 Odense C, 9000 Aalborg, 6700 Esbjerg, 4000 Roskilde, 3460 Birkerød, 7100 Vejle, 8600 Silkeborg, 3700 Rønne, 4800 Nykøbing F, 8543 Hornslet',
  ),
  streets: words(
    'Oak Street, Maple Avenue, Elm Drive, Sunset Boulevard, Church Lane, Victoria Road, 5th Avenue, Mill Creek Road, Martin Luther King Jr Blvd, Old Mill Lane, Wexford Way, Cherry Tree Court, Pleasant Hill Rd, N 42nd St, Harper Street, Rosewood Lane, Briarwood Road, Queensway Terrace, Lodgeville Road',
  ),
  danishStreets: words(
    'Nørregade, Vesterbrogade, Kirkevej, Skovbrynet, Rosenvænget, Strandboulevarden, H.C. Andersens Boulevard, Gl. Kongevej, Åboulevarden, Bakkedraget, Store Torv, Jernbanegade, Tøndergade, Birkealléen, Frederiks Allé, Søndre Ringvej',
  ),
  companies: words(
    'Acme Corp, Henderson & Sons, Nguyen LLC, Kowalski Group, Whitfield, Price and Long, Northwind Traders Inc., Abernathy Ltd, Globex Corporation, Initech, Blue Ridge Hardware, Castellanos-Hughes, Sterling Insurance, University of Manchester, General Hospital of Leeds, Rossi PLC, Microsoft, Bank of Scotland, Omni Source, Handy Dandy, Quality Realty Service, Pro Garden Management, Schneider GmbH, Volkswagen, Sanborn Stores',
  ),
  danishCompanies: words(
    'Nordlys Handel ApS, Jysk Bogføring I/S, Aarhus Kommune, Novo Nordisk, Møller & Søn A/S, Danske Bank, Roskilde Universitet, Advokatfirmaet Holst, Rigshospitalet, Tømrermester Kruse ApS, Fjordgården A/S, Region Midtjylland, Bagerens Børn, Kvickly',
  ),
  nations: words('American, French, Nigerian, Danish, Catholic, Muslim, Vietnamese, Jewish, Republican, Swedish, Hindu, Scottish'),
}

export const heldOutLists: WordLists = {
  given: words(
    'Abigail, Nathaniel, Harriet, Desmond, Kavita, Xiaoming, Yusuf, Khadija, Esteban, Solveig, Isabelle, Kenji, Haruka, Kofi, Imani, Sergei, Oksana, Guillaume, Manon, Lorenzo, Federica, Tariq, Nadia, Declan, Niamh, Agnieszka, Tomasz, Quang, Hoa, Adaeze, Emeka, Dieter, Ursula, Sven, Thiago, Luciana, Cody, Crystal, Gertrude, Clarence, Ethel, Barnaby, Itzel, Gábor, Zsófia, Matej, Thandiwe, Špela, Sigurd, Bjarne, Eskil, Jamal, Aset, Takumi, Shizue, Prudence, Lyle, Sunita, Rohan, Faith, Lily, Drew, Chase, June, Joy',
  ),
  surnames: words(
    'Thompson, Tran, O’Sullivan, Sharma, Wiśniewski, Martínez, Bianchi, Hoffmann, Lefebvre, Watanabe, Eze, Khoury, Ivanov, Svoboda, van Dijk, Andersson, Korhonen, Oliveira, Gutiérrez, MacDonald, Ashworth, Blankenship, Kim, Huang, Bergström, Kovács, Ionescu, Demir, Dlamini, Pritchard, de Souza, Villanueva, Hawthorne, Proudfoot, Dudayev, Adeyemi, Kranjec, Procházka, Tveit, Overgaard, Dinklage, Toussaint, Gauthier, Lockwood, Cook, Short, Rivers, North, Abbott, Bouchard, Maciejewska, Zgoda, Hoogland, Makhubela',
  ),
  danishGiven: words(
    'Pernille, Lars, Jørgen, Birthe, Peter, Alma, Emil, Sofie, Kaj, Lone, Frederik, Åge, Hans Jørgen, Inge-Lise, Flemming, Jytte, Signe, Storm, Dorthe, Svend, Omar, Aylin, Gunnar, Thyra',
  ),
  danishSurnames: words(
    'Jensen, Jørgensen, Nørgaard, Krogh Petersen, Dam, Bjerregaard, Dahl, Mikkelsen, Holm, Søndergaard, Højgaard, Bech Olsen, Hvidtfeldt, Clausen, Friis-Jespersen, Demir, Ravnsborg, Langeland, Vinther, Overgård',
  ),
  cities: words(
    'Riverside, Bristol, Montreal, Nantes, Stuttgart, Recife, Kampala, Nagoya, Gdansk, Bordeaux, Adelaide, Spokane, Omaha, Knoxville, Sheffield, Eindhoven, Bruges, Stavanger, Oulu, Valladolid, Padova, Szeged, Baton Rouge, Salt Lake City, Kingston upon Hull, Aix-en-Provence, Newcastle, Pietermaritzburg, České Budějovice, Ełk, Nagykanizsa, Savonlinna, Gengenbach, Montbrison, Cedarburg',
  ),
  countries: words(
    'Italy, Spain, Argentina, China, Nigeria, Australia, Ireland, South Korea, Sri Lanka, Hungary, Thailand, Colombia, Norway, United States, UK, Costa Rica, Ivory Coast, Croatia',
  ),
  states: words('FL, PA, MI, CO, OR, VA, TN, MO, WI, NV'),
  danishTowns: words(
    '8200 Aarhus N, 1620 København V, 5230 Odense M, 9400 Nørresundby, 7400 Herning, 4600 Køge, 2970 Hørsholm, 8700 Horsens, 7500 Holstebro, 4900 Nakskov, 4500 Nykøbing Sj, 5953 Tranekær',
  ),
  streets: words(
    'Pine Street, Cedar Avenue, Birch Drive, Ocean Boulevard, Station Road, Albert Street, 7th Avenue, Turkey Hollow Road, Dr Martin Luther King Dr, New Bridge Lane, Sycamore Way, Apple Blossom Court, Sandy Point Rd, W 118th St, Coleman Avenue, Willow Oaks Lane, Stanton Hollow Road, Kingsbury Terrace, Tennessee Avenue',
  ),
  danishStreets: words(
    'Søndergade, Østerbrogade, Møllevej, Engbrynet, Tulipanvænget, Kystboulevarden, C.F. Richs Vej, Gl. Landevej, Havneboulevarden, Lyngdraget, Lille Torv, Algade, Ribegade, Lindealléen, Dronningens Allé, Nordre Ringgade',
  ),
  companies: words(
    'Zenith Corp, Thompson & Daughters, Tran LLC, Sharma Group, Ashworth, Cook and Kim, Contoso Partners Inc., Blankenship Ltd, Umbrella Corporation, Hooli, Silver Lake Plumbing, Gutierrez-Lockwood, Pioneer Insurance, University of Bristol, Memorial Hospital of Sheffield, Bianchi PLC, Siemens, Bank of Ireland, Star Assistance, Happy Bear Investment, Reliable Guidance, Total Yard Maintenance, Hoffmann GmbH, Toyota, Wherehouse Records',
  ),
  danishCompanies: words(
    'Solstrøm Energi ApS, Fynsk Revision I/S, Odense Kommune, Carlsberg, Larsen & Datter A/S, Nordea, Aalborg Universitet, Tandlægerne Friis, Bispebjerg Hospital, Murermester Dam ApS, Havbakken A/S, Region Sjælland, Sankt Annæ Skole, Netto',
  ),
  nations: words('British, German, Kenyan, Norwegian, Protestant, Sikh, Korean, Buddhist, Democrat, Polish, Sunni, Irish'),
}
