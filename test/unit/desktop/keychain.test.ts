import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keychainCipher } from '../../../src/main/desktop/keychain.ts'
import type { Keychain } from '../../../src/main/desktop/keychain.ts'
import type { KeyCipher } from '../../../src/main/monitor/host.ts'
import { DesktopRig } from '../../support/desktop.ts'

const SECRET = Uint8Array.from({ length: 32 }, (_, index) => 255 - index)

function keychain(changes: Partial<Keychain> = {}): Keychain {
  return {
    isEncryptionAvailable: () => true,
    getSelectedStorageBackend: () => 'gnome_libsecret',
    encryptString: (text) => Buffer.from(`sealed:${text}`),
    decryptString: (sealed) => sealed.toString().replace('sealed:', ''),
    ...changes,
  }
}

let rig: DesktopRig
beforeEach(() => {
  rig = new DesktopRig()
})
afterEach(async () => await rig.close())

/** The identity as a join leaves it on the disk. */
async function joined(): Promise<string> {
  await rig.monitor.join({ network: 'keys' })
  const { status } = rig.monitor.view
  await rig.monitor.leave()
  return 'self' in status ? status.self : ''
}

describe('the keychain', () => {
  it('gives back what it took', () => {
    const cipher = keychainCipher(keychain(), 'linux')
    const sealed = (cipher as KeyCipher).encrypt(SECRET)
    expect(Buffer.from(sealed).includes(Buffer.from(SECRET))).toBe(false)
    expect(Uint8Array.from((cipher as KeyCipher).decrypt(sealed))).toEqual(SECRET)
  })

  it.each<[string, string, Partial<Keychain>]>([
    ['cannot be used', 'darwin', { isEncryptionAvailable: () => false }],
    ['is a password in the source', 'linux', { getSelectedStorageBackend: () => 'basic_text' }],
    ['is not known', 'linux', { getSelectedStorageBackend: () => 'unknown' }],
  ])('is none where it %s', (_why, platform, changes) => {
    expect(keychainCipher(keychain(changes), platform)).toBeNull()
  })

  it('is asked for its kind on Linux only: elsewhere there is no such call', () => {
    const none = keychain({
      getSelectedStorageBackend: () => {
        throw new Error('not here')
      },
    })
    expect(keychainCipher(none, 'win32')).not.toBeNull()
  })
})

describe('the identity of the desktop app', () => {
  it('is encrypted where there is a keychain, and the same after a restart', async () => {
    await rig.start()
    const self = await joined()
    expect(self).toMatch(/^12D3Koo/)
    expect(readFileSync(join(rig.data, 'identity.sealed'), 'utf8')).toMatch(/^peerscope-identity-1\n/)
    await rig.stop()
    await rig.start()
    expect(await joined()).toBe(self)
  })

  it('is in the database where there is none, and moves when there is one', async () => {
    await rig.start({ before: (electron) => (electron.keychain = 'basic_text') })
    expect(rig.cipher).toBeNull()
    expect(await rig.client().desktop.state()).toMatchObject({ keychain: false })
    const self = await joined()
    expect(existsSync(join(rig.data, 'identity.sealed'))).toBe(false)
    await rig.stop()
    await rig.start()
    expect(await rig.client().desktop.state()).toMatchObject({ keychain: true })
    expect(await joined()).toBe(self)
    expect(existsSync(join(rig.data, 'identity.sealed'))).toBe(true)
  })

  it('that is locked stops joining with a word for it, and nothing else', async () => {
    await rig.start()
    const self = await joined()
    await rig.stop()
    await rig.start({ before: (electron) => (electron.keychain = 'none') })
    await expect(rig.client().network.join({ network: 'keys' })).rejects.toMatchObject({ code: 'IdentityLocked' })
    expect(await rig.client().network.recent()).toHaveLength(1)
    expect(readdirSync(rig.data)).toContain('identity.sealed')
    await rig.stop()
    await rig.start()
    expect(await joined()).toBe(self)
  })
})
