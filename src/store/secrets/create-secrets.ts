import type { Kysely } from 'kysely'
import { SECRET_KEPT } from '../../contract/sources.ts'
import { isSealed, mapSealed, mapSecrets, type SettingsSchema } from '../../core/secret-fields.ts'
import type { Schema } from '../schema.ts'
import { Gate } from './gate.ts'
import type { KeyRing, SecretKey } from './key-ring.ts'
import { findRenewed, keepRenewed } from './renewed-secrets.ts'
import { rotateSecrets, type Rotation } from './rotate-secrets.ts'
import { openValue, sealValue } from './sealed-value.ts'

type Settings = Record<string, unknown>

/** The secrets in settings of sources. `schema` is the JSON Schema of the connector's settings. */
export interface Secrets {
  /** Seals every secret that is not sealed yet. */
  sealSettings(schema: SettingsSchema, settings: Settings): Promise<Settings>
  /** Opens every sealed secret; one that its source has renewed since comes in its newest form. @throws AtlasError `secret.unreadable` */
  openSettings(settings: Settings): Promise<Settings>
  /** Settings as they may be shown: neither secrets nor what they look like sealed. */
  redactSettings(schema: SettingsSchema, settings: Settings): Settings
  /** Keeps a secret that a source has exchanged for a new one; durable when it resolves. */
  keepRenewed(old: string, renewed: string): Promise<void>
  /** Whoever seals and then stores does both in here, so that a rotation of keys misses nothing. */
  whileSealing<T>(work: () => Promise<T>): Promise<T>
  /** Seals everything anew with a new key. @throws AtlasError `secret.unreadable`, `home.unwritable` */
  rotate(): Promise<Rotation>
}

/** Secrets of a store, sealed with the keys of a ring. */
export function createSecrets({ db, keyRing }: { db: Kysely<Schema>; keyRing: KeyRing }): Secrets {
  const gate = new Gate()
  return {
    sealSettings: async (schema, settings) => sealWith(() => keyRing.current(), schema, settings),
    openSettings: async (settings) => openWith(db, await keyRing.all(), settings),
    redactSettings: (schema, settings) =>
      mapSealed(
        mapSecrets(schema, settings, () => SECRET_KEPT),
        () => SECRET_KEPT,
      ) as Settings,
    keepRenewed: (old, renewed) =>
      gate.shared(async () => {
        await keyRing.current()
        await keepRenewed(db, await keyRing.all(), old, renewed)
      }),
    whileSealing: (work) => gate.shared(work),
    rotate: () => gate.alone(() => rotateSecrets(db, keyRing)),
  }
}

/** The key is asked for only when there is something to seal: it may be made by that. */
async function sealWith(key: () => Promise<SecretKey>, schema: SettingsSchema, settings: Settings): Promise<Settings> {
  let plain = 0
  mapSecrets(schema, settings, (secret) => {
    if (!isSealed(secret)) plain += 1
    return secret
  })
  if (plain === 0) return settings
  const current = await key()
  return mapSecrets(schema, settings, (secret) => (isSealed(secret) ? secret : sealValue(current, secret))) as Settings
}

async function openWith(db: Kysely<Schema>, keys: readonly SecretKey[], settings: Settings): Promise<Settings> {
  const texts: string[] = []
  mapSealed(settings, (sealed) => {
    const secret = openValue(keys, sealed)
    if (typeof secret === 'string') texts.push(secret)
    return sealed
  })
  const renewed = await findRenewed(db, keys, texts)
  return mapSealed(settings, (sealed) => {
    const secret = openValue(keys, sealed)
    return typeof secret === 'string' ? (renewed.get(secret) ?? secret) : secret
  }) as Settings
}
