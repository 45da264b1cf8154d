import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createLogger } from '../../../src/main/monitor/log.ts'
import type { Monitor } from '../../../src/main/monitor/monitor.ts'
import { testMonitor } from '../../support/monitor.ts'

const CIPHER = {
  encrypt: (secret: Uint8Array): Uint8Array => secret.map((byte) => byte ^ 0x33),
  decrypt: (sealed: Uint8Array): Uint8Array => sealed.map((byte) => byte ^ 0x33),
}

let folder: string
let open: Monitor[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'peerscope-identity-'))
  open = []
})
afterEach(async () => {
  await Promise.all(open.map((monitor) => monitor.close()))
  rmSync(folder, { recursive: true, force: true })
})

function start(options: Parameters<typeof testMonitor>[0] = {}) {
  const { monitor, router } = testMonitor({ dataDir: folder, ...options })
  open.push(monitor)
  return { monitor, client: createRouterClient(router) }
}

it('there is no identity before the first join, and nothing to back up', async () => {
  const { client } = start()
  expect(await client.identity.show()).toEqual({ peerId: null, kept: 'database' })
  await expect(client.identity.backup()).rejects.toMatchObject({ code: 'InvalidArgument' })
})

it('a backup brings an identity back after it was replaced, at the next join', async () => {
  const { client } = start()
  const before = await client.network.join({ network: 'n' })
  const self = 'self' in before ? before.self : null
  const shown = await client.identity.show()
  expect(shown.peerId).toBe(self)
  const backup = await client.identity.backup()
  expect(backup.peerId).toBe(self)

  const other = await client.identity.replace({ replaces: shown.peerId, secret: null })
  expect(other.peerId).not.toBe(self)
  // The network that is joined goes on as it was.
  expect((await client.network.leave()).state).toBe('none')
  const second = await client.network.join({ network: 'n' })
  expect('self' in second && second.self).toBe(other.peerId)

  await client.network.leave()
  expect(
    await client.identity.replace({ replaces: other.peerId, secret: ` ${backup.secret.toUpperCase()}\n` }),
  ).toEqual(shown)
  const third = await client.network.join({ network: 'n' })
  expect('self' in third && third.self).toBe(self)
})

it('another identity than the one that was shown is not replaced', async () => {
  const { client } = start()
  const made = await client.identity.replace({ replaces: null, secret: '11'.repeat(32) })
  await expect(client.identity.replace({ replaces: null, secret: null })).rejects.toMatchObject({
    code: 'InvalidArgument',
  })
  expect(await client.identity.show()).toEqual(made)
})

it.each(['', 'a pass phrase', '11'.repeat(31), `${'11'.repeat(31)}1g`, '11'.repeat(33)])(
  'what is no backed-up key is refused and not repeated: %j',
  async (secret) => {
    const { client } = start()
    const failed = client.identity.replace({ replaces: null, secret })
    await expect(failed).rejects.toMatchObject({ code: 'InvalidSecretKey' })
    const said = await failed.then(String, String)
    expect(secret !== '' && said.includes(secret)).toBe(false)
    expect((await client.identity.show()).peerId).toBeNull()
  },
)

it('with a keychain the new key is encrypted, and no log line holds one', async () => {
  const lines: string[] = []
  const logger = createLogger('trace', (line) => void lines.push(line))
  const { client } = start({ cipher: CIPHER, logger })
  const secret = 'ab'.repeat(32)
  const { peerId, kept } = await client.identity.replace({ replaces: null, secret })
  expect(kept).toBe('keychain')
  await client.identity.backup()
  await client.identity.replace({ replaces: peerId, secret: 'cd'.repeat(32) })
  await client.network.join({ network: 'n' })
  expect(lines.length).toBeGreaterThan(0)
  expect(lines.join('')).not.toContain(secret)
  expect(lines.join('')).not.toContain('cd'.repeat(32))
})

it('an identity that cannot be decrypted is told, and not replaced', async () => {
  const first = start({ cipher: CIPHER })
  const { peerId } = await first.client.identity.replace({ replaces: null, secret: null })
  await first.monitor.close()
  open = []
  const { client } = start()
  for (const call of [
    client.identity.show(),
    client.identity.backup(),
    client.identity.replace({ replaces: peerId, secret: null }),
  ])
    await expect(call).rejects.toMatchObject({ code: 'IdentityLocked' })
})
