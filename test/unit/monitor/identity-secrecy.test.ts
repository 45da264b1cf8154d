/** The identity is in nothing that leaves the data folder: no log line, no export, no diagnostics, no answer. */
import Database from 'better-sqlite3'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { EXPORTS, EXPORT_WHATS } from '../../../src/shared/exports.ts'
import { createLogger } from '../../../src/main/monitor/log.ts'
import { openCatalog } from '../../../src/main/monitor/offline.ts'
import { exportParts } from '../../../src/main/monitor/exports/export.ts'
import { testMonitor } from '../../support/monitor.ts'

const CIPHER = {
  encrypt: (secret: Uint8Array): Uint8Array => secret.map((byte) => byte ^ 0x33),
  decrypt: (sealed: Uint8Array): Uint8Array => sealed.map((byte) => byte ^ 0x33),
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'peerscope-secret-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** The secret as it might be written. */
function formsOf(secret: Uint8Array): string[] {
  const bytes = Buffer.from(secret)
  const base64 = bytes.toString('base64').replaceAll('=', '')
  return [bytes.toString('hex'), base64, bytes.toString('base64url'), bytes.toString('latin1'), [...secret].join(',')]
}

function holds(text: string, secret: Uint8Array): boolean {
  return formsOf(secret).some((form) => text.toLowerCase().includes(form.toLowerCase()))
}

it.each([
  ['in the database', {}],
  ['encrypted', { cipher: CIPHER }],
])('an identity %s is told to nobody', async (_where, options) => {
  const lines: string[] = []
  const logger = createLogger('trace', (line) => void lines.push(line))
  const { monitor, router } = testMonitor({ dataDir: folder, logger, ...options })
  const client = createRouterClient(router)
  await client.network.join({ network: 'secrets' })
  const secret = monitor.store.loadSecret()
  if (secret === null) throw new Error('there is no identity')
  expect(holds(Buffer.from(secret).toString('hex'), secret)).toBe(true)

  let exported = ''
  for (const what of EXPORT_WHATS)
    for (const format of EXPORTS[what])
      for await (const { text, base64 } of await client.exports.file({ what, format }))
        exported += text ?? Buffer.from(base64 ?? '', 'base64').toString('latin1')
  for await (const { base64 } of await client.exports.database())
    exported += Buffer.from(base64 ?? '', 'base64').toString('latin1')
  expect(exported.length).toBeGreaterThan(10_000)
  expect(holds(exported, secret)).toBe(false)

  const self = monitor.status()
  const peerId = 'self' in self ? self.self : undefined
  const answers = [
    await client.app.diagnostics(),
    await client.app.info(),
    await client.settings.get(),
    await client.network.recent(),
    await client.events.page({}),
    peerId === undefined ? null : await client.peers.detail({ peerId }),
  ]
  expect(holds(JSON.stringify(answers), secret)).toBe(false)

  const given = '11'.repeat(32)
  await client.network.leave()
  await client.network.join({ network: 'secrets', secret: given })
  await expect(client.network.join({ network: 'secrets', secret: given })).rejects.toMatchObject({
    code: 'AlreadyJoined',
  })
  await monitor.close()
  expect(lines.length).toBeGreaterThan(0)
  const logged = lines.join('')
  expect(holds(logged, secret)).toBe(false)
  expect(logged).not.toContain(given)
})

it('a locked identity stops signing only: the rest of a data folder can be exported', async () => {
  const before = testMonitor({ dataDir: folder, cipher: CIPHER })
  await before.monitor.join({ network: 'secrets' })
  await before.monitor.close()
  const catalog = openCatalog({ dataDir: folder, network: null, env: {} })
  const run = async (format: 'csv' | 'snapshot'): Promise<string> => {
    let text = ''
    const request = { what: 'catalog', format, filter: '', from: null, to: null } as const
    for await (const { data } of exportParts(catalog.source, request, catalog.signer)) text += String(data)
    return text
  }
  expect(await run('csv')).toContain('peerId')
  await expect(run('snapshot')).rejects.toMatchObject({ code: 'IdentityLocked' })
  catalog.close()
  const { monitor, router } = testMonitor({ dataDir: folder })
  const client = createRouterClient(router)
  await expect(client.network.join({ network: 'secrets' })).rejects.toMatchObject({ code: 'IdentityLocked' })
  await monitor.close()
})

it('a copy of the database has the alert rules without the URLs of their webhooks', async () => {
  const { monitor, router } = testMonitor({ dataDir: folder })
  const client = createRouterClient(router)
  const rule = {
    name: 'departures',
    enabled: true,
    kind: 'peer-departed',
    filter: '',
    coolDownMs: 60_000,
    quietHours: null,
    notify: true,
    webhook: 'https://hooks.example/secret-token',
  } as const
  await client.alerts.saveRule({ rule })
  const parts: Buffer[] = []
  for await (const { base64 } of await client.exports.database()) parts.push(Buffer.from(base64 ?? '', 'base64'))
  const copy = join(folder, 'copy.db')
  writeFileSync(copy, Buffer.concat(parts))
  await monitor.close()
  expect(readFileSync(copy).includes('secret-token')).toBe(false)
  const db = new Database(copy, { readonly: true })
  const kept = db.prepare("SELECT value FROM settings WHERE key = 'alert-rules'").pluck().get()
  db.close()
  expect(JSON.parse(String(kept))).toMatchObject([{ name: 'departures', webhook: null }])
})
