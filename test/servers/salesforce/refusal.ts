/** An error as Salesforce answers it: `[{"errorCode":…,"message":…}]`. */
export class Refusal extends Error {
  readonly status: number
  readonly errorCode: string
  constructor(status: number, errorCode: string, message: string) {
    super(message)
    this.status = status
    this.errorCode = errorCode
  }
}
