import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { forgetSecrets, IDENTITY_FILE, readIdentity } from '../../../src/main/store/identity-file.ts'
import type { KeyCipher } from '../../../src/main/store/types.ts'
import { DataFolder } from './data-folder.ts'

const SECRET = Uint8Array.from({ length: 32 }, (_, index) => 0xa0 + index)
const OTHER = new Uint8Array(32).fill(7)
const LOCKED = expect.objectContaining({ code: 'IdentityLocked' })

/** Turns the bits by a key; what another key sealed is not opened. */
function cipherOf(key: number): KeyCipher {
  const turn = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ key)
  return {
    encrypt: (secret) => Uint8Array.of(key, ...turn(secret)),
    decrypt: (sealed) => {
      if (sealed[0] !== key) throw new Error('not my key')
      return turn(sealed.subarray(1))
    },
  }
}

const CIPHER = cipherOf(0x5a)
const fileOf = (data: DataFolder): string => join(data.folder, IDENTITY_FILE)
const rows = (data: DataFolder): unknown => data.value('SELECT count(*) FROM identity')

/** The files of the folder that hold the secret as it is, in bytes, hex or base64. */
function filesWithSecret(data: DataFolder): string[] {
  const forms = [
    Buffer.from(SECRET),
    ...(['hex', 'base64'] as const).map((as) => Buffer.from(Buffer.from(SECRET).toString(as))),
  ]
  return readdirSync(data.folder).filter((name) => {
    const content = readFileSync(join(data.folder, name))
    return forms.some((form) => content.includes(form))
  })
}

describe('an identity with a keychain', () => {
  it('is kept encrypted in a file of its owner alone, and nowhere else', () => {
    using data = new DataFolder()
    const store = data.open({ cipher: CIPHER })
    expect(store.loadSecret()).toBeNull()
    store.saveSecret(SECRET)
    expect(store.loadSecret()).toEqual(SECRET)
    expect(rows(data)).toBe(0)
    expect(filesWithSecret(data)).toEqual([])
    expect(readers(fileOf(data))).toBe('its owner')
    store.close()
    expect(data.open({ cipher: CIPHER }).loadSecret()).toEqual(SECRET)
  })

  it('is taken over from an earlier version, and no trace of the plain one stays', () => {
    using data = new DataFolder()
    const before = data.open()
    before.saveSecret(SECRET)
    before.close()
    expect(filesWithSecret(data)).not.toEqual([])
    const store = data.open({ cipher: CIPHER })
    expect(store.loadSecret()).toEqual(SECRET)
    expect(rows(data)).toBe(0)
    expect(filesWithSecret(data)).toEqual([])
    store.close()
    expect(filesWithSecret(data)).toEqual([])
    expect(data.open({ cipher: CIPHER }).loadSecret()).toEqual(SECRET)
  })

  it('is finished taking over after a crash between the file and the database', () => {
    using data = new DataFolder()
    const before = data.open()
    before.saveSecret(SECRET)
    before.close()
    writeSealed(data, CIPHER.encrypt(SECRET))
    expect(data.open({ cipher: CIPHER }).loadSecret()).toEqual(SECRET)
    expect(rows(data)).toBe(0)
  })

  it('goes before another one in the database, which stays and is told of', () => {
    using data = new DataFolder()
    const before = data.open()
    before.saveSecret(OTHER)
    before.close()
    writeSealed(data, CIPHER.encrypt(SECRET))
    const store = data.open({ cipher: CIPHER })
    expect(store.loadSecret()).toEqual(SECRET)
    expect(rows(data)).toBe(1)
    expect(data.log.map(({ message }) => message).join()).toContain('another identity')
  })

  it.each<[string, KeyCipher]>([
    ['refuses', { encrypt: () => refuse('no keychain'), decrypt: () => refuse('no keychain') }],
    ['gives back something else', { encrypt: (secret) => secret, decrypt: () => OTHER }],
  ])('stays in the database where the keychain %s', (_what, cipher) => {
    using data = new DataFolder()
    const store = data.open({ cipher })
    store.saveSecret(SECRET)
    expect(store.loadSecret()).toEqual(SECRET)
    expect(rows(data)).toBe(1)
    expect(existsSync(fileOf(data))).toBe(false)
    expect(data.log.map(({ message }) => message).join()).toContain('could not be encrypted')
    expect(JSON.stringify(data.log)).not.toContain(Buffer.from(SECRET).toString('hex'))
  })

  it('stays in memory where nothing is kept', () => {
    using data = new DataFolder()
    const store = data.open({ path: ':memory:', cipher: CIPHER })
    store.saveSecret(SECRET)
    expect(store.loadSecret()).toEqual(SECRET)
    expect(readdirSync(data.folder)).toEqual([])
  })
})

describe('an encrypted identity that cannot be used', () => {
  it.each<[string, KeyCipher | undefined, (data: DataFolder) => void]>([
    ['of another account', cipherOf(1), () => undefined],
    ['on a host without a keychain', undefined, () => undefined],
    ['when its file is cut short', CIPHER, (data) => writeFileSync(fileOf(data), 'peerscope-ident')],
    ['when its file is empty', CIPHER, (data) => writeFileSync(fileOf(data), '')],
    ['when its file is far too large', CIPHER, (data) => writeFileSync(fileOf(data), 'x'.repeat(100_000))],
    ['when it decrypts to no key', { ...CIPHER, decrypt: () => Uint8Array.of(1) }, () => undefined],
  ])('%s fails with IdentityLocked, makes no new one and changes nothing', (_what, cipher, harm) => {
    using data = new DataFolder()
    const before = data.open({ cipher: CIPHER })
    before.saveSecret(SECRET)
    before.close()
    harm(data)
    const content = readFileSync(fileOf(data))
    const store = data.open(cipher === undefined ? {} : { cipher })
    expect(() => store.loadSecret()).toThrow(LOCKED)
    expect(() => readIdentity(data.path)).toThrow(LOCKED)
    expect(rows(data)).toBe(0)
    expect(readFileSync(fileOf(data))).toEqual(content)
  })

  it('is not shadowed by a new one on a host without a keychain', () => {
    using data = new DataFolder()
    const before = data.open({ cipher: CIPHER })
    before.saveSecret(SECRET)
    before.close()
    const store = data.open()
    expect(() => store.saveSecret(OTHER)).toThrow(LOCKED)
    expect(rows(data)).toBe(0)
  })

  it('because its file cannot be read', () => {
    using data = new DataFolder()
    mkdirSync(fileOf(data))
    expect(() => data.open({ cipher: CIPHER }).loadSecret()).toThrow(LOCKED)
  })
})

describe('an identity without a keychain', () => {
  it('is in a database that only its owner can read', () => {
    using data = new DataFolder()
    data.open().saveSecret(SECRET)
    expect(readIdentity(data.path)).toEqual(SECRET)
    expect(existsSync(fileOf(data))).toBe(false)
    expect(readers(data.path)).toBe('its owner')
  })
})

describe('a copy of the database to hand on', () => {
  it.each<[string, KeyCipher | undefined]>([
    ['plain', undefined],
    ['encrypted', CIPHER],
  ])('holds nothing of an identity that is %s', async (_how, cipher) => {
    using data = new DataFolder()
    const store = data.open(cipher === undefined ? {} : { cipher })
    store.saveSecret(SECRET)
    const copy = join(data.folder, 'copy.db')
    await store.backup(copy, () => undefined, new AbortController().signal)
    forgetSecrets(copy)
    const content = readFileSync(copy)
    expect(content.includes(Buffer.from(SECRET))).toBe(false)
    expect(content.includes(Buffer.from(CIPHER.encrypt(SECRET)))).toBe(false)
  })
})

function writeSealed(data: DataFolder, sealed: Uint8Array): void {
  writeFileSync(fileOf(data), `peerscope-identity-1\n${Buffer.from(sealed).toString('base64')}\n`)
}

function refuse(why: string): never {
  throw new Error(why)
}

/** Windows has no such modes: there the folder is the user's own. */
function readers(path: string): string {
  return process.platform === 'win32' || (statSync(path).mode & 0o777) === 0o600 ? 'its owner' : 'others'
}
