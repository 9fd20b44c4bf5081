/**
 * ICAO Doc 9303-3 section 4.9: the sum of the characters (0–9, A–Z as 10 to 35, `<` as 0) times 7, 3, 1 in turn, modulus 10.
 * @param field in upper case, without its check digit
 * @param check the check digit; `<` stands for 0
 */
export function passesIcaoCheck(field: string, check: string): boolean {
  let sum = 0
  for (let index = 0; index < field.length; index++) sum += valueOf(field.charCodeAt(index)) * ([7, 3, 1][index % 3] ?? 0)
  return sum % 10 === (check === '<' ? 0 : Number(check))
}

function valueOf(code: number): number {
  if (code >= 65 && code <= 90) return code - 55
  return code >= 48 && code <= 57 ? code - 48 : 0
}
