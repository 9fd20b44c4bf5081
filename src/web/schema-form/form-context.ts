import { type ComponentType, createContext, useContext } from 'react'
import type { FieldErrors } from './find-errors.ts'
import type { JsonSchema } from './json-schema.ts'

/** What all fields of a form share. */
export interface FormContext {
  root: JsonSchema
  errors: FieldErrors
  /** When each stored secret was set, by its path with dots between. */
  secretsSetAt: Record<string, string>
  /** Draws any field. Handed down, as objects hold fields and fields hold objects. */
  Field: ComponentType<FieldProps>
}

const Context = createContext<FormContext>({ root: {}, errors: {}, secretsSetAt: {}, Field: () => null })
export const FormProvider = Context.Provider

export function useForm(): FormContext {
  return useContext(Context)
}

/** The id of a field, from its JSON Pointer; the error summary links to it. */
export function fieldId(pointer: string): string {
  return `field${pointer.replaceAll('/', '-').replace(/[^\w-]/g, '_')}`
}

export interface FieldProps {
  schema: JsonSchema
  title: string
  pointer: string
  required: boolean
  value: unknown
  /** Undefined takes the field away; the server's default holds then. */
  onChange: (value: unknown) => void
}
