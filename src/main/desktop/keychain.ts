import type { SafeStorage } from 'electron'
import type { KeyCipher } from '../monitor/host.ts'

/** The parts of Electron's `safeStorage` that are used. */
export type Keychain = Pick<
  SafeStorage,
  'isEncryptionAvailable' | 'encryptString' | 'decryptString' | 'getSelectedStorageBackend'
>

/**
 * Encrypts by the system's keychain; null where there is none. On Linux without a keyring Electron would use a password
 * that stands in its source: that is no encryption, and the file's mode protects as much. To be called when the app is
 * ready. The store is synchronous, and so are the calls here.
 */
export function keychainCipher(keychain: Keychain, platform: string): KeyCipher | null {
  if (!keychain.isEncryptionAvailable()) return null
  if (platform === 'linux' && ['basic_text', 'unknown'].includes(keychain.getSelectedStorageBackend())) return null
  return {
    encrypt: (secret) => keychain.encryptString(Buffer.from(secret).toString('base64')),
    decrypt: (sealed) => Buffer.from(keychain.decryptString(Buffer.from(sealed)), 'base64'),
  }
}
