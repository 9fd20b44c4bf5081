/** The letter that the number of a Spanish identity document gives, by modulus 23. */
export function spanishCheckLetter(digits: string): string {
  return 'TRWAGMYFPDXBNJZSQVHLCKE'.charAt(Number(digits) % 23)
}
