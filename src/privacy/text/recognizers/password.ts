import { defineTextRecognizer } from '../text-recognizer.ts'

/** The value after a word for password and a sign, not one that stands for another (a variable, a call, a row of stars). */
export const password = defineTextRecognizer({
  id: 'password',
  entity: 'PASSWORD',
  title: 'Password',
  source: 'Assignments as in configuration files, logs and mails: a word for password, a sign, the value',
  presidio: null,
  locale: 'global',
  languages: [],
  gate: { text: ['pass', 'pwd', 'adgangskode', 'kodeord', 'lösenord', 'salasana', 'kennwort', 'lykilorð'] },
  patterns: [
    {
      name: 'after a word for password',
      regex:
        '(?<![\\p{L}\\p{N}])(?:password|passwd|passphrase|passwort|passord|pwd|adgangskode|adgangskoden|kodeord|kodeordet|lösenord|salasana|kennwort|lykilorð)(?: (?:er|is|är|ist))?["\']? ?[:=]{1,2} ?["\']?(?<entity>(?=[^\\s"\';,]{0,63}[0-9!#%&+?])[^\\s"\';,<>(){}$*\u0060]{6,64})(?=["\';,]|\\.?(?:\\s|$))',
      score: 0.6,
    },
  ],
  context: ['password', 'adgangskode', 'kodeord', 'login', 'log ind', 'bruger', 'user'],
  examples: {
    found: ['Password: Sommer2024!', 'adgangskode="hemm3lig"'],
    ignored: ['password: string', 'password = getPassword()', 'password=********', 'Password: ${DB_PASSWORD}'],
  },
})
