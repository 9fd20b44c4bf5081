import type { TextRecognizer } from '../text-recognizer.ts'
import { abaRoutingNumber } from './aba-routing-number.ts'
import { address } from './address.ts'
import { age } from './age.ts'
import { apiKey } from './api-key.ts'
import { auAbn } from './au-abn.ts'
import { auAcn } from './au-acn.ts'
import { auMedicare } from './au-medicare.ts'
import { auTfn } from './au-tfn.ts'
import { bic } from './bic.ts'
import { caSin } from './ca-sin.ts'
import { connectionString } from './connection-string.ts'
import { creditCard } from './credit-card.ts'
import { crypto } from './crypto.ts'
import { dateOfBirth } from './date-of-birth.ts'
import { dateTime } from './date-time.ts'
import { deBsnr } from './de-bsnr.ts'
import { deDocumentSerial } from './de-document-serial.ts'
import { deFuehrerschein } from './de-fuehrerschein.ts'
import { deHandelsregister } from './de-handelsregister.ts'
import { deHealthInsurance } from './de-health-insurance.ts'
import { deIdCard } from './de-id-card.ts'
import { deKfz } from './de-kfz.ts'
import { deLanr } from './de-lanr.ts'
import { dePassport } from './de-passport.ts'
import { dePlz } from './de-plz.ts'
import { deSocialSecurity } from './de-social-security.ts'
import { deTaxId } from './de-tax-id.ts'
import { deTaxNumber } from './de-tax-number.ts'
import { deVatId } from './de-vat-id.ts'
import { dkCpr } from './dk-cpr.ts'
import { dkCvr } from './dk-cvr.ts'
import { dkEcpr } from './dk-ecpr.ts'
import { dkLicensePlate } from './dk-license-plate.ts'
import { dkPassport } from './dk-passport.ts'
import { dkPhone } from './dk-phone.ts'
import { dkPnumber } from './dk-pnumber.ts'
import { emailAddress } from './email-address.ts'
import { esNie } from './es-nie.ts'
import { esNif } from './es-nif.ts'
import { esPassport } from './es-passport.ts'
import { euVat } from './eu-vat.ts'
import { fiPersonalIdentityCode } from './fi-personal-identity-code.ts'
import { ibanCode } from './iban-code.ts'
import { imei } from './imei.ts'
import { inAadhaar } from './in-aadhaar.ts'
import { inGstin } from './in-gstin.ts'
import { inPan } from './in-pan.ts'
import { inPassport } from './in-passport.ts'
import { inVehicleRegistration } from './in-vehicle-registration.ts'
import { inVoter } from './in-voter.ts'
import { ipAddress } from './ip-address.ts'
import { isKennitala } from './is-kennitala.ts'
import { itDriverLicense } from './it-driver-license.ts'
import { itFiscalCode } from './it-fiscal-code.ts'
import { itIdentityCard } from './it-identity-card.ts'
import { itPassport } from './it-passport.ts'
import { itVatCode } from './it-vat-code.ts'
import { jwt } from './jwt.ts'
import { krBrn } from './kr-brn.ts'
import { krDriverLicense } from './kr-driver-license.ts'
import { krFrn } from './kr-frn.ts'
import { krPassport } from './kr-passport.ts'
import { krRrn } from './kr-rrn.ts'
import { location } from './location.ts'
import { macAddress } from './mac-address.ts'
import { medicalLicense } from './medical-license.ts'
import { mrzBirthDate } from './mrz-birth-date.ts'
import { mrzDocumentNumber } from './mrz-document-number.ts'
import { mrzName } from './mrz-name.ts'
import { mrz } from './mrz.ts'
import { nanpPhone } from './nanp-phone.ts'
import { nationality } from './nationality.ts'
import { ngNin } from './ng-nin.ts'
import { ngVehicleRegistration } from './ng-vehicle-registration.ts'
import { noFnr } from './no-fnr.ts'
import { organization } from './organization.ts'
import { passportNumber } from './passport-number.ts'
import { password } from './password.ts'
import { person } from './person.ts'
import { phMobileNumber } from './ph-mobile-number.ts'
import { phTin } from './ph-tin.ts'
import { phoneNumber } from './phone-number.ts'
import { plPesel } from './pl-pesel.ts'
import { postalCode } from './postal-code.ts'
import { privateKey } from './private-key.ts'
import { seOrganisationsnummer } from './se-organisationsnummer.ts'
import { sePersonnummer } from './se-personnummer.ts'
import { sgNricFin } from './sg-nric-fin.ts'
import { sgUen } from './sg-uen.ts'
import { thTnin } from './th-tnin.ts'
import { title } from './title.ts'
import { trLicensePlate } from './tr-license-plate.ts'
import { trNationalId } from './tr-national-id.ts'
import { trPhoneNumber } from './tr-phone-number.ts'
import { ukDrivingLicence } from './uk-driving-licence.ts'
import { ukNhs } from './uk-nhs.ts'
import { ukNino } from './uk-nino.ts'
import { ukPassport } from './uk-passport.ts'
import { ukPostcode } from './uk-postcode.ts'
import { ukVehicleRegistration } from './uk-vehicle-registration.ts'
import { url } from './url.ts'
import { usBankNumber } from './us-bank-number.ts'
import { usDriverLicense } from './us-driver-license.ts'
import { usItin } from './us-itin.ts'
import { usMbi } from './us-mbi.ts'
import { usNpi } from './us-npi.ts'
import { usPassport } from './us-passport.ts'
import { usSsn } from './us-ssn.ts'
import { zaIdNumber } from './za-id-number.ts'

/** Every recognizer of text, by id. A file here is registered by its line. */
export const textRecognizers: readonly TextRecognizer[] = [
  abaRoutingNumber,
  address,
  age,
  apiKey,
  auAbn,
  auAcn,
  auMedicare,
  auTfn,
  bic,
  caSin,
  connectionString,
  creditCard,
  crypto,
  dateOfBirth,
  dateTime,
  deBsnr,
  deDocumentSerial,
  deFuehrerschein,
  deHandelsregister,
  deHealthInsurance,
  deIdCard,
  deKfz,
  deLanr,
  dePassport,
  dePlz,
  deSocialSecurity,
  deTaxId,
  deTaxNumber,
  deVatId,
  dkCpr,
  dkCvr,
  dkEcpr,
  dkLicensePlate,
  dkPassport,
  dkPhone,
  dkPnumber,
  emailAddress,
  esNie,
  esNif,
  esPassport,
  euVat,
  fiPersonalIdentityCode,
  ibanCode,
  imei,
  inAadhaar,
  inGstin,
  inPan,
  inPassport,
  inVehicleRegistration,
  inVoter,
  ipAddress,
  isKennitala,
  itDriverLicense,
  itFiscalCode,
  itIdentityCard,
  itPassport,
  itVatCode,
  jwt,
  krBrn,
  krDriverLicense,
  krFrn,
  krPassport,
  krRrn,
  location,
  macAddress,
  medicalLicense,
  mrzBirthDate,
  mrzDocumentNumber,
  mrzName,
  mrz,
  nanpPhone,
  nationality,
  ngNin,
  ngVehicleRegistration,
  noFnr,
  organization,
  passportNumber,
  password,
  person,
  phMobileNumber,
  phTin,
  phoneNumber,
  plPesel,
  postalCode,
  privateKey,
  seOrganisationsnummer,
  sePersonnummer,
  sgNricFin,
  sgUen,
  thTnin,
  title,
  trLicensePlate,
  trNationalId,
  trPhoneNumber,
  ukDrivingLicence,
  ukNhs,
  ukNino,
  ukPassport,
  ukPostcode,
  ukVehicleRegistration,
  url,
  usBankNumber,
  usDriverLicense,
  usItin,
  usMbi,
  usNpi,
  usPassport,
  usSsn,
  zaIdNumber,
]
