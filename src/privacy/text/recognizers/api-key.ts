import { defineTextRecognizer, type Verdict } from '../text-recognizer.ts'

const BEFORE = '(?<![A-Za-z0-9_-])'
const AFTER = '(?![A-Za-z0-9_-])'
const key = (body: string): string => `${BEFORE}(?:${body})${AFTER}`
const NAME = '(?:(?:api|access|secret|auth|client|app|account|service|private|storage)[_.-]?key|token|secret)'

/** Keys are drawn at random: many different characters, no long words (`customer_profile_2024`). */
function validate(match: string): Verdict {
  const counts = Array.from(new Set(match), (character) => match.split(character).length - 1)
  const bits = counts.reduce((sum, count) => sum - (count / match.length) * Math.log2(count / match.length), 0)
  return bits >= 3 && !/[a-z]{10}|(?:^|_)[a-z]{4,9}_[a-z]{4,9}(?:_|$)/.test(match) ? null : false
}

/** Keys that say by their first characters who gave them, and values that are named as keys. */
export const apiKey = defineTextRecognizer({
  id: 'api-key',
  entity: 'API_KEY',
  title: 'API key',
  source:
    'Key formats as AWS, GitHub, GitLab, Stripe, Slack, Google, OpenAI, Anthropic, SendGrid, Twilio, npm, PyPI, Shopify and others document them',
  presidio: null,
  locale: 'global',
  languages: [],
  gate: { digits: 0 },
  patterns: [
    { name: 'AWS access key id', regex: key('(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}'), score: 0.95, caseSensitive: true },
    { name: 'GitHub', regex: key('(?:gh[pousr]_[A-Za-z0-9]{36,251}|github_pat_[A-Za-z0-9_]{36,120})'), score: 0.95, caseSensitive: true },
    { name: 'GitLab', regex: key('gl(?:pat|dt|rt|ptt|soat)-[A-Za-z0-9_-]{20,64}'), score: 0.95, caseSensitive: true },
    {
      name: 'Stripe',
      regex: key('(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,128}|whsec_[A-Za-z0-9+/]{24,64}'),
      score: 0.95,
      caseSensitive: true,
    },
    { name: 'Slack', regex: key('(?:xox[abeoprs]|xapp)-[A-Za-z0-9-]{10,200}'), score: 0.95, caseSensitive: true },
    { name: 'Slack webhook', regex: 'https://hooks\\.slack\\.com/(?:services|workflows)/[A-Za-z0-9/_-]{20,120}', score: 0.95 },
    {
      name: 'Google',
      regex: key('AIza[A-Za-z0-9_-]{35}|GOCSPX-[A-Za-z0-9_-]{28}|ya29\\.[A-Za-z0-9_-]{20,300}'),
      score: 0.95,
      caseSensitive: true,
    },
    {
      name: 'OpenAI and Anthropic',
      regex: key('sk-(?:proj-|svcacct-|ant-(?:api|admin)[0-9]{2}-)?[A-Za-z0-9_-]{32,200}'),
      score: 0.9,
      caseSensitive: true,
    },
    { name: 'SendGrid', regex: key('SG\\.[A-Za-z0-9_-]{16,32}\\.[A-Za-z0-9_-]{32,64}'), score: 0.95, caseSensitive: true },
    { name: 'Twilio', regex: key('(?:SK|AC)[0-9a-f]{32}'), score: 0.8, caseSensitive: true },
    {
      name: 'npm, PyPI, Hugging Face',
      regex: key('npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{50,250}|hf_[A-Za-z0-9]{30,40}'),
      score: 0.95,
      caseSensitive: true,
    },
    {
      name: 'Shopify, DigitalOcean, Databricks',
      regex: key('shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}|do[opr]_v1_[0-9a-f]{64}|dapi[0-9a-f]{32}'),
      score: 0.95,
      caseSensitive: true,
    },
    { name: 'Mailgun, Mailchimp', regex: key('key-[0-9a-f]{32}|[0-9a-f]{32}-us[0-9]{1,2}'), score: 0.8, caseSensitive: true },
    {
      name: 'value named as a key',
      regex: `(?<![A-Za-z0-9])${NAME}["']? ?(?:=|:|:=|=>) ?["']?(?<entity>(?=[A-Za-z0-9+/_.-]{0,63}[0-9])(?=[A-Za-z0-9+/_.-]{0,63}[A-Za-z])[A-Za-z0-9+/_-]{20,128}={0,2})(?![A-Za-z0-9+/_=.(-])`,
      score: 0.6,
    },
  ],
  validate,
  context: ['key', 'token', 'secret', 'api', 'nøgle', 'bearer', 'authorization'],
  examples: {
    found: [
      `AKIA${'IOSFODNN7EXAMPLE'}`,
      `ghp_${'16C7e42F292c6912E7710c838347Ae178B4a'}`,
      `sk_live_${'4eC39HqLyjWDarjtT1zdp7dc'}`,
      `xoxb-${'123456789012-a8sK2mX9qL4vT7w'}`,
      `AIza${'SyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY'}`,
    ],
    ignored: [
      'AKIAIOSFODNN7',
      'sk-learn',
      'ghp_short',
      'primary_key: customer_id',
      'token = getToken()',
      'secret: customer_profile_summary_2024_01',
    ],
  },
})
