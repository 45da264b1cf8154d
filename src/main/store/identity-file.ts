/** The identity: encrypted in a file of its own where the host has a keychain, else in the database. */
import Database from 'better-sqlite3'
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { IdentityLocked } from '../../shared/errors.ts'
import { KEY_BYTES } from '../../shared/ids.ts'
import { openReadable } from './readable.ts'
import { valueFrom } from './rows.ts'
import type { KeyCipher, StoreOptions } from './types.ts'

/** The encrypted identity's name, beside the database. It is in no copy and no export of the database. */
export const IDENTITY_FILE = 'identity.sealed'
/** First line of the file. */
export const IDENTITY_HEAD = 'peerscope-identity-1\n'
/** A larger file is none of ours, in bytes. */
const MAX_FILE = 64 * 1024

/** The encrypted identity of one data folder. */
export class SealedIdentity {
  readonly #path: string | null
  readonly #cipher: KeyCipher | null
  readonly #logger: StoreOptions['logger']
  /** What the file holds, as it was read or written last. */
  #sealed: Uint8Array | null = null

  constructor({ path, cipher, logger }: Pick<StoreOptions, 'path' | 'cipher' | 'logger'>) {
    this.#path = path === ':memory:' ? null : identityPath(path)
    this.#cipher = cipher ?? null
    this.#logger = logger
  }

  /**
   * The identity, and whether the one in the database is not needed any more.
   * @param plain what the database holds
   * @throws IdentityLocked
   */
  load(plain: Uint8Array | null): { readonly secret: Uint8Array | null; readonly dropPlain: boolean } {
    this.restore()
    const sealed = this.#path === null ? null : readSealed(this.#path)
    this.#sealed = sealed
    if (sealed === null) return { secret: plain, dropPlain: plain !== null && this.#seal(plain) }
    const secret = this.#open(sealed)
    if (plain === null || isSame(plain, secret)) return { secret, dropPlain: plain !== null }
    this.#logger?.warn({}, 'the database holds another identity than the encrypted one, which is used')
    return { secret, dropPlain: false }
  }

  /** Whether it is kept here; where not, the database is to keep it. @throws IdentityLocked */
  save(secret: Uint8Array): boolean {
    if (this.#cipher === null && this.#path !== null && readSealed(this.#path) !== null)
      throw locked(this.#path, 'it is encrypted, and this host has no key to it')
    return this.#seal(secret)
  }

  /** Writes the file again where it was lost while it was in use, as with its folder. */
  restore(): void {
    if (this.#path === null || this.#sealed === null || existsSync(this.#path)) return
    try {
      writeSealed(this.#path, this.#sealed)
      this.#logger?.warn({ path: this.#path }, 'the file of the encrypted identity was gone and was written again')
    } catch (error) {
      this.#logger?.error({ error, path: this.#path }, 'the encrypted identity is gone and could not be written again')
    }
  }

  #seal(secret: Uint8Array): boolean {
    if (this.#path === null || this.#cipher === null) return false
    try {
      const sealed = this.#cipher.encrypt(secret)
      // A keychain that gives back something else would cost the identity.
      if (!isSame(this.#cipher.decrypt(sealed), secret)) throw new Error('the keychain does not give back what it took')
      writeSealed(this.#path, sealed)
      this.#sealed = sealed
      return true
    } catch (error) {
      this.#logger?.warn({ error }, 'the identity could not be encrypted; it stays in the database')
      return false
    }
  }

  #open(sealed: Uint8Array): Uint8Array {
    const path = this.#path ?? ''
    if (this.#cipher === null) throw locked(path, 'it is encrypted, and this host has no key to it')
    let secret: Uint8Array
    try {
      secret = Uint8Array.from(this.#cipher.decrypt(sealed))
    } catch (error) {
      throw locked(path, 'the keychain of this account cannot decrypt it', error)
    }
    if (secret.length !== KEY_BYTES) throw locked(path, 'what the keychain decrypts is no key')
    return secret
  }
}

/** Where alert rules are kept; their webhooks may hold somebody's secret. */
const RULES_KEY = 'alert-rules'

/** Takes the identity key and the URLs of webhooks out of a copy of a database, so that no trace of them stays in the file. */
export function forgetSecrets(path: string): void {
  const db = new Database(path, { fileMustExist: true })
  try {
    db.pragma('secure_delete = ON')
    db.exec('DELETE FROM identity')
    const rules = db.prepare<[string], string>('SELECT value FROM settings WHERE key = ?').pluck().get(RULES_KEY)
    if (rules !== undefined)
      db.prepare('UPDATE settings SET value = ? WHERE key = ?').run(withoutWebhooks(rules), RULES_KEY)
    db.exec('VACUUM')
    db.pragma('journal_mode = DELETE')
  } finally {
    db.close()
  }
}

/**
 * The identity key of a data folder by its database, also while an app runs on it; null where there is none.
 * @throws IdentityLocked when it is encrypted
 */
export function readIdentity(path: string): Uint8Array | null {
  const sealed = identityPath(path)
  if (readSealed(sealed) !== null) throw locked(sealed, 'it is encrypted, and this host has no key to it')
  const readable = openReadable(path)
  try {
    const secret = readable.db.prepare<[], Uint8Array>('SELECT secret FROM identity').pluck().get()
    return secret === undefined ? null : Uint8Array.from(secret)
  } finally {
    readable.close()
  }
}

/** Where the encrypted identity is, by the database beside it. */
function identityPath(databasePath: string): string {
  return join(dirname(databasePath), IDENTITY_FILE)
}

/** What is sealed in the file; null where there is no file. A file that cannot be read is there all the same. */
function readSealed(path: string): Uint8Array | null {
  let text: string
  try {
    const info = statSync(path)
    // A FIFO would wait for its writer, and hold everything up meanwhile.
    if (!info.isFile()) throw new Error('it is not a file')
    if (info.size > MAX_FILE) throw new Error('it is too large')
    text = readFileSync(path, 'utf8')
  } catch (error) {
    // ENOTDIR: in place of the folder there is a file.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null
    throw locked(path, 'the file cannot be read', error)
  }
  const sealed = text.startsWith(IDENTITY_HEAD) ? Buffer.from(text.slice(IDENTITY_HEAD.length), 'base64') : null
  if (sealed === null || sealed.length === 0) throw locked(path, 'the file is damaged')
  return sealed
}

/** All or nothing: a crash half-way leaves what was there before. */
function writeSealed(path: string, sealed: Uint8Array): void {
  const waiting = `${path}.new`
  try {
    rmSync(waiting, { force: true })
    const file = openSync(waiting, 'wx', 0o600)
    try {
      writeSync(file, `${IDENTITY_HEAD}${Buffer.from(sealed).toString('base64')}\n`)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(waiting, path)
  } catch (error) {
    rmSync(waiting, { force: true })
    throw error
  }
}

function locked(path: string, why: string, cause?: unknown): IdentityLocked {
  const message =
    `the identity in ${path} cannot be used: ${why}. Start the desktop app as the user who made it, or move the file ` +
    'away to begin with a new identity'
  return new IdentityLocked(message, cause === undefined ? undefined : { cause })
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.from(a).equals(b)
}

function withoutWebhooks(json: string): string {
  const rules = valueFrom(json)
  // What is no JSON may hold one anywhere.
  return rules === undefined ? '[]' : JSON.stringify(rules, (key, value: unknown) => (key === 'webhook' ? null : value))
}
