import { inspectHome, type Finding } from '../../server/inspect-home.ts'
import { readSettings } from '../../server/settings.ts'
import { homeOf, type GlobalOptions } from '../connect.ts'
import { version } from '../version.ts'

/** `atlas doctor`: every part with its state, and how to mend what is wrong. Exit code 0 only when nothing is. */
export async function doctor(options: GlobalOptions & { verify?: boolean; json?: boolean }): Promise<void> {
  const findings = await inspectHome({
    home: homeOf(options),
    settings: readSettings(process.env),
    version,
    verify: options.verify === true,
  })
  const sick = findings.filter((finding) => finding.state === 'wrong')
  if (options.json === true) process.stdout.write(`${JSON.stringify({ ok: sick.length === 0, findings })}\n`)
  else process.stdout.write(findings.map(lineOf).join(''))
  if (sick.length > 0) process.exitCode = 1
}

function lineOf(finding: Finding): string {
  const mark = { well: '✓', note: '‒', wrong: '✕' }[finding.state]
  const next = finding.next === null ? '' : `\n    ${finding.next}`
  return `${mark} ${finding.part.padEnd(10)} ${finding.detail}${finding.code === null ? '' : ` [${finding.code}]`}${next}\n`
}
