import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

export const ngVehicleRegistration = defineTextRecognizer({
  id: 'ng-vehicle-registration',
  entity: 'NG_VEHICLE_REGISTRATION',
  title: 'Nigerian vehicle registration number',
  source:
    'Federal Road Safety Corps, National Vehicle Identification Scheme of 2011: code of the local government, serial number, two letters',
  presidio: 'NgVehicleRegistrationRecognizer',
  locale: 'ng',
  languages: ['en'],
  gate: { digits: 3 },
  patterns: [{ name: 'local government, serial, letters', regex: alone('[A-Z]{3}-[0-9]{3}[A-Z]{2}'), score: 0.5 }],
  context: ['plate', 'plate number', 'number plate', 'vehicle', 'vehicle registration', 'registration', 'frsc', 'car', 'license plate'],
  examples: {
    found: ['ABJ-001AA', 'KJA-999PZ', 'app-456cv'],
    ignored: ['123-456AB', 'ABCD-123EF', 'AB-123CD', 'ABC-12DE', 'ABC-1234DE', 'ABC-123D', 'ABC-123DEF'],
  },
})
