import type { TextRecognizer } from '../text-recognizer.ts'
import { abaRoutingNumber } from './aba-routing-number.ts'
import { auAbn } from './au-abn.ts'
import { auAcn } from './au-acn.ts'
import { auMedicare } from './au-medicare.ts'
import { auTfn } from './au-tfn.ts'
import { caSin } from './ca-sin.ts'
import { creditCard } from './credit-card.ts'
import { crypto } from './crypto.ts'
import { dateTime } from './date-time.ts'
import { emailAddress } from './email-address.ts'
import { ibanCode } from './iban-code.ts'
import { inAadhaar } from './in-aadhaar.ts'
import { inGstin } from './in-gstin.ts'
import { inPan } from './in-pan.ts'
import { inPassport } from './in-passport.ts'
import { inVehicleRegistration } from './in-vehicle-registration.ts'
import { inVoter } from './in-voter.ts'
import { ipAddress } from './ip-address.ts'
import { krBrn } from './kr-brn.ts'
import { krDriverLicense } from './kr-driver-license.ts'
import { krFrn } from './kr-frn.ts'
import { krPassport } from './kr-passport.ts'
import { krRrn } from './kr-rrn.ts'
import { macAddress } from './mac-address.ts'
import { medicalLicense } from './medical-license.ts'
import { ngNin } from './ng-nin.ts'
import { ngVehicleRegistration } from './ng-vehicle-registration.ts'
import { phTin } from './ph-tin.ts'
import { sgNricFin } from './sg-nric-fin.ts'
import { sgUen } from './sg-uen.ts'
import { thTnin } from './th-tnin.ts'
import { trLicensePlate } from './tr-license-plate.ts'
import { trNationalId } from './tr-national-id.ts'
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
  auAbn,
  auAcn,
  auMedicare,
  auTfn,
  caSin,
  creditCard,
  crypto,
  dateTime,
  emailAddress,
  ibanCode,
  inAadhaar,
  inGstin,
  inPan,
  inPassport,
  inVehicleRegistration,
  inVoter,
  ipAddress,
  krBrn,
  krDriverLicense,
  krFrn,
  krPassport,
  krRrn,
  macAddress,
  medicalLicense,
  ngNin,
  ngVehicleRegistration,
  phTin,
  sgNricFin,
  sgUen,
  thTnin,
  trLicensePlate,
  trNationalId,
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
