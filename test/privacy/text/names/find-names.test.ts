import { describe, expect, it } from 'vitest'
import { findLowerNations } from '../../../../src/privacy/text/names/find-lower-nations.ts'
import { findNames } from '../../../../src/privacy/text/names/find-names.ts'

const threshold = 0.4

/** What is found in a text at the default threshold: `ENTITY words`. */
function found(text: string): string[] {
  return findNames(text)
    .filter(({ score }) => score >= threshold)
    .map(({ entity, start, end }) => `${entity} ${text.slice(start, end)}`)
}

const texts: readonly [text: string, ...expected: string[]][] = [
  ['My name is John Smith and I live in Copenhagen, Denmark.', 'PERSON John Smith', 'LOCATION Copenhagen', 'LOCATION Denmark'],
  ['Dear Mr. Okafor, thank you.', 'TITLE Mr.', 'PERSON Okafor'],
  ['Kære hr. Skov, tak for brevet.', 'TITLE hr.', 'PERSON Skov'],
  ['Det var fru Kaas og ikke señora Ortega.', 'TITLE fru', 'PERSON Kaas', 'TITLE señora', 'PERSON Ortega'],
  ['Best regards,\nAnna', 'PERSON Anna'],
  ['The Sri Lankan cook came.', 'NRP Sri Lankan'],
  ["We're the Nakagawas from number 12.", 'PERSON Nakagawa'],
  ['Kim Ji-woo met Ha-eun Kang.', 'PERSON Kim Ji-woo', 'PERSON Ha-eun Kang'],
  ['The table is for Lim Wei Jie at nine.', 'PERSON Lim Wei Jie'],
  ['The yeoman of Lavenham paid.', 'LOCATION Lavenham'],
  ['SEEN IN WIGAN WITH TWO BOTTLES', 'LOCATION WIGAN'],
  ["met a dutch guy called Joost who'd cycled there from utrecht", 'NRP dutch', 'PERSON Joost', 'LOCATION utrecht'],
  ['She moved to Jl. Sudirman No. 45, Jakarta 10210 in spring.', 'ADDRESS Jl. Sudirman No. 45, Jakarta 10210'],
  ['Post it to 3 Chapel Row, Dingle, Co. Kerry V92 X9Y1 then.', 'ADDRESS 3 Chapel Row, Dingle, Co. Kerry V92 X9Y1'],
  ['Write to Rua Augusta 1508, apto 42, São Paulo - SP, 01304-001.', 'ADDRESS Rua Augusta 1508, apto 42, São Paulo - SP, 01304-001'],
  ['Med venlig hilsen\nMette Kjærgaard', 'PERSON Mette Kjærgaard'],
  ['The case of Vincent van Gogh was closed.', 'PERSON Vincent van Gogh'],
  ['Ms. April de la Cruz is on leave.', 'TITLE Ms.', 'PERSON April de la Cruz'],
  ['Signed: HENRIK NIELSEN', 'PERSON HENRIK NIELSEN'],
  ['Name: Hansen, Jens\n', 'PERSON Hansen, Jens'],
  ["I met Anna's brother.", 'PERSON Anna'],
  ['Det drejer sig om Kirstens sag.', 'PERSON Kirsten'],
  ["Please call Sean O'Brien and Mary-Jane McAllister.", "PERSON Sean O'Brien", 'PERSON Mary-Jane McAllister'],
  ['We have offices in São Paulo, New York and Stoke-on-Trent.', 'LOCATION São Paulo', 'LOCATION New York', 'LOCATION Stoke-on-Trent'],
  ['She was born in Springfield, IL 62704 in the spring.', 'LOCATION Springfield, IL', 'POSTAL_CODE 62704'],
  ['Fakturaen er fra Nordlys Handel ApS.', 'ORGANIZATION Nordlys Handel ApS'],
  ['He works at Johnson, Smith and Lee.', 'ORGANIZATION Johnson, Smith and Lee'],
  ['She studies at the University of Southern Denmark.', 'ORGANIZATION University of Southern Denmark'],
  ['Employer: Cronin Inc', 'ORGANIZATION Cronin Inc'],
  [
    'Jens Ægidius Sørensen, Nørre Farimagsgade 12A, 3. tv., 1364 København K',
    'PERSON Jens Ægidius Sørensen',
    'ADDRESS Nørre Farimagsgade 12A, 3. tv., 1364 København K',
  ],
  ['Lejemålet Bakkedraget 246, 3460 Birkerød er opsagt.', 'ADDRESS Bakkedraget 246, 3460 Birkerød'],
  ['Ship it to 12 Main Street Apt. 4B, Springfield, IL 62704, please.', 'ADDRESS 12 Main Street Apt. 4B, Springfield, IL 62704'],
  ['221B Baker Street\nLondon NW1 6XE', 'ADDRESS 221B Baker Street\nLondon NW1 6XE'],
  ['Send it to Hauptstraße 5, 10115 Berlin.', 'ADDRESS Hauptstraße 5, 10115 Berlin'],
  ['Find us at 12, rue de la Paix, 75002 Paris.', 'ADDRESS 12, rue de la Paix, 75002 Paris'],
  ['The office is at Via Roma 12, 00184 Roma.', 'ADDRESS Via Roma 12, 00184 Roma'],
  ['Write to P.O. Box 1234, Omaha.', 'ADDRESS P.O. Box 1234, Omaha'],
  ['The patient is 34 years old and smokes.', 'AGE 34'],
  ['En 57-årig mand blev indlagt.', 'AGE 57'],
  ['Forældre til Emre (9) og Selma (5).', 'PERSON Emre', 'AGE 9', 'PERSON Selma', 'AGE 5'],
  ['Our youngest, Ottilie, 6, lost a tooth.', 'PERSON Ottilie', 'AGE 6'],
  ['Her zip code is 90210.', 'POSTAL_CODE 90210'],
  ['He is a Norwegian citizen.', 'NRP Norwegian'],
  ['It was signed by Bashar al-Khatib himself.', 'PERSON Bashar al-Khatib'],
  ['Guardian: Reginald Ashcroft III.', 'PERSON Reginald Ashcroft III'],
  ['We wrote to Anna Holm, MD, yesterday.', 'PERSON Anna Holm, MD'],
  ['Afbud fra Hanne, Jørn og Abdi.', 'PERSON Hanne', 'PERSON Jørn', 'PERSON Abdi'],
  ['My boss, Qwerlinda, says no.', 'PERSON Qwerlinda'],
  ['We ate at Restaurant Klitten.', 'ORGANIZATION Restaurant Klitten'],
  ['Hun arbejder i Region Nordjylland.', 'ORGANIZATION Region Nordjylland'],
  ['The grant goes to Università di Bologna.', 'ORGANIZATION Università di Bologna'],
  ['He came from St. Jude Medical Center.', 'ORGANIZATION St. Jude Medical Center'],
  ['He is at Beaumont Hospital, Budapest, today.', 'ORGANIZATION Beaumont Hospital', 'LOCATION Budapest'],
  ['Der holder en bil på Gammel Kongevej hver dag.', 'ADDRESS Gammel Kongevej'],
  ['Send det til Ndr. Frihavnsgade 60A, 2100 København Ø.', 'ADDRESS Ndr. Frihavnsgade 60A, 2100 København Ø'],
  ['I live at Keizersgracht 214-II, 1016 DZ Amsterdam.', 'ADDRESS Keizersgracht 214-II, 1016 DZ Amsterdam'],
  ['Osoite on Mannerheimintie 5 B 12, 00100 Helsinki.', 'ADDRESS Mannerheimintie 5 B 12, 00100 Helsinki'],
  ['She lives at ul. Długa 12, 31-147 Kraków.', 'ADDRESS ul. Długa 12, 31-147 Kraków'],
  ['Write to PSC 1234, Box 5678, APO AE 09012 soon.', 'ADDRESS PSC 1234, Box 5678, APO AE 09012'],
  ['Write to USS Hernandez, FPO AP 96266 soon.', 'ADDRESS USS Hernandez, FPO AP 96266'],
  ['7852 Jones Island\nCassieshire, CO 63536', 'ADDRESS 7852 Jones Island\nCassieshire, CO 63536'],
  ['It is 32963 Weaver Overpass, New Caleb, NM 32322.', 'ADDRESS 32963 Weaver Overpass, New Caleb, NM 32322'],
  ['It is Benjaminweg 88, 7646RF, De Weere.', 'ADDRESS Benjaminweg 88, 7646RF, De Weere'],
  ['Post it to 43 Grafton Street, Dublin D02 X285.', 'ADDRESS 43 Grafton Street, Dublin D02 X285'],
  ['Look at 2252 Linda Streets Suite 386.', 'ADDRESS 2252 Linda Streets Suite 386'],
  ['Biuro: aleja Chełmońskiego 9, 43-674 Cieszyn', 'ADDRESS aleja Chełmońskiego 9, 43-674 Cieszyn'],
  ['Paul Barton (27) won the race.', 'PERSON Paul Barton', 'AGE 27'],
  ['She moved to South Alexandra and then to New Brooke.', 'LOCATION South Alexandra', 'LOCATION New Brooke'],
  ['Robert Escobar, painter, Pattersonville', 'PERSON Robert Escobar', 'LOCATION Pattersonville'],
  ['Have you ever been to El Salvador?', 'LOCATION El Salvador'],
  ['Jönköping is lovely in spring.', 'LOCATION Jönköping'],
  ['She has been a customer of Hernandez-Olson since May.', 'ORGANIZATION Hernandez-Olson'],
  ['Dr. Hernandez-Olson has called.', 'TITLE Dr.', 'PERSON Hernandez-Olson'],
  ['He left Makovac Cvrtila d.o.o. in May.', 'ORGANIZATION Makovac Cvrtila d.o.o'],
  ['The CEO of Arellano Shipping Inc. resigned.', 'ORGANIZATION Arellano Shipping Inc'],
  ['Is Stoll AG listed?', 'ORGANIZATION Stoll AG'],
  ['Robert, Adam and Anna passed the exam.', 'PERSON Robert', 'PERSON Adam', 'PERSON Anna'],
  ['She is with Flores, Stone and Malone now.', 'ORGANIZATION Flores, Stone and Malone'],
  ['It is Flat 4, Jasmine Crescent, Leeds.', 'ADDRESS Flat 4, Jasmine Crescent, Leeds'],
  ['It is 748 Zwyndel Hollows Suite 12, as I said.', 'ADDRESS 748 Zwyndel Hollows Suite 12'],
  ['my wife melissa works at hill llc', 'PERSON melissa', 'ORGANIZATION hill llc'],
  ['ring sanjay mehta, he is in leeds', 'PERSON sanjay mehta', 'LOCATION leeds'],
  ['jeg bor på nørregade 12 i odense', 'ADDRESS nørregade 12', 'LOCATION odense'],
  ['i live at 12 main street in boston', 'ADDRESS 12 main street', 'LOCATION boston'],
  ['the vietnamese students met dr. okafor', 'NRP vietnamese', 'TITLE dr.', 'PERSON okafor'],
]

const clean: readonly string[] = [
  'A1, H1 and D3 wells (384-well, duplicate); v3.14.15.9; INTRODUCTORY; reg.nr 5471; build 20240131',
  'The Quarterly Report will be shared on Monday in May.',
  'Open the Settings page, choose Export and press Save As.',
  'const userName = readName(RowFilter.first, RunState.Done)',
  'name12@example.dk',
  'Europe/Copenhagen and America/New_York are names of time zones.',
  'GET /api/v1/jordan/paris 200 in 12 ms',
  'Jenkins, Docker and Travis ran the build; Hope this helps.',
  'Will it rain? It may. Mark all as read.',
  'Total Price Quantity Item Description 12 34 56',
  'ERROR Connection refused: retry 3 of 10 in 5 seconds',
  'the alerts come from the same queries and will be shown as open',
  'New Query Planner and New Import Wizard are in the release.',
  'kafka, docker and jenkins read java and ruby',
  'Hotel Manager, Region 4 and Restaurant Menu are fields of the form.',
  'Årsrapporten for 2024 er klar. Bilag 12 er vedhæftet.',
]

describe('names, places, organisations and addresses in text', () => {
  it.each(texts)('are found in: %s', (text, ...expected) => {
    expect(found(text)).toEqual(expected)
  })

  it.each(clean)('are not seen in: %s', (text) => {
    expect(found(text)).toEqual([])
  })

  it.each([
    ['Den tyrkiske grønthandler er gået.', ['tyrkiske']],
    ['Min nabo er tyrker, hans kone er norsk, og de går.', ['norsk', 'tyrker']],
    ['Den finska läkaren', ['finska']],
    ['500 danske kroner på én gang, skrevet på dansk', []],
  ])('are nationalities in lower case where they are said of a person: %s', (text, expected) => {
    expect(
      findLowerNations(text)
        .map(({ start, end }) => text.slice(start, end))
        .toSorted(),
    ).toEqual(expected)
  })

  it('are found at the same places after a text of another length was read', () => {
    const [first, second] = ['My name is John Smith.', 'I live in Aarhus with Mette Nielsen.']
    expect([found(first), found(second), found(first)]).toEqual([
      ['PERSON John Smith'],
      ['LOCATION Aarhus', 'PERSON Mette Nielsen'],
      ['PERSON John Smith'],
    ])
  })

  it('are found beyond the stretch that is read at once', () => {
    const padding = 'nothing to see here\n'.repeat(10_000)
    expect(found(`${padding}My name is John Smith.`)).toEqual(['PERSON John Smith'])
  })

  it.each([
    ['capitals', 'A '],
    ['initials', 'J. '],
    ['names', 'Anna '],
    ['numbers', '12 '],
    ['addresses', '12 Main Street, '],
    ['particles', 'Anna van der '],
    ['apostrophes', "O'"],
    ['one word', 'Aa'],
    ['line breaks', '12 Main\n\n '],
    ['places', 'New York, '],
    ['firms', 'Smith, Jones and '],
  ])('a million characters of %s take less than two seconds', (_, piece) => {
    const text = piece.repeat(Math.ceil(1_000_000 / piece.length))
    const { user } = process.cpuUsage()
    findNames(text)
    expect((process.cpuUsage().user - user) / 1e6).toBeLessThan(2)
  })
})
