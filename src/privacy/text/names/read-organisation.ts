import { organisationReading } from './joined-names.ts'
import type { Reading } from './name-finding.ts'
import { readCompanyForm } from './read-company-form.ts'
import { readFirm } from './read-firm.ts'
import { readOrganisationKind } from './read-organisation-kind.ts'
import { followsClosely, isCapital, Surroundings } from './surroundings.ts'
import type { Tokens } from './tokens.ts'
import { ANY_COMMON, ANY_GIVEN, ORG_KNOWN, ORG_WORD, REGION, TECHNICAL } from './word-kinds.ts'

/** The organisation whose name is, or begins with, the capitalised words `index` to `end`; null when they are none. */
export function readOrganisation(t: Tokens, index: number, end: number): Reading | null {
  return readCompanyForm(t, index, end) ?? readKnown(t, index) ?? readFirm(t, index, end) ?? readOrganisationKind(t, index, end)
}

/** "Samsung Electronics", "KPMG Poland": the branch belongs to the name. */
function branchEnd(t: Tokens, index: number): number {
  const isBranch = followsClosely(t, index) && isCapital(t.shape[index]) && (t.kindsOf(index) & (ORG_WORD | REGION)) !== 0
  return isBranch ? Math.max(index + 1, t.phraseEnd(index, REGION)) : index
}

/** Organisations that everybody knows. */
function readKnown(t: Tokens, index: number): Reading | null {
  const end = t.phraseEnd(index, ORG_KNOWN)
  if (end > index) return organisationReading(t, index, branchEnd(t, end), 0.6, 'known organisation')
  const kinds = t.kindsOf(index)
  const isCommon = (kinds & (ANY_COMMON | ANY_GIVEN | TECHNICAL)) !== 0
  if ((kinds & ORG_KNOWN) === 0 || isCommon) return null
  return organisationReading(
    t,
    index,
    branchEnd(t, index + 1),
    new Surroundings(t, index, index + 1).isGlued ? 0.1 : 0.5,
    'known organisation',
  )
}
