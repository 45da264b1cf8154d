// Two rules, two webhooks: one hangs, the other is well. How late does the good one hear of six departures?
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import { WebSocket } from 'ws'
import { TOKEN_PROTOCOL, WEB_PROTOCOL, WEB_SOCKET_PATH } from './src/shared/web-binding.ts'
const t0 = Date.now()
const at = (): string => `${((Date.now() - t0) / 1000).toFixed(1)} s`
const mode = process.argv[2] ?? 'hang'
const bad = createServer((q, s) => {
  console.log(at(), 'bad hook asked')
  if (mode === 'hang') return
  if (mode === 'trickle') { s.writeHead(200); setInterval(() => s.write('x'), 500); return }
  if (mode === '500') { s.writeHead(500).end('no'); return }
  if (mode === 'redirect') { s.writeHead(307, { location: 'http://127.0.0.1:18002/' }).end(); return }
  q.socket.destroy()
}).listen(18001, '127.0.0.1')
createServer((q, s) => { let b = ''; q.on('data', (d) => (b += d)); q.on('end', () => { const j = JSON.parse(b); console.log(at(), 'good hook told:', j.rule.name, '| fired', ((Date.parse(j.firedAt) - t0) / 1000).toFixed(1)); s.end() }) }).listen(18002, '127.0.0.1')
const F = ['--listen', '/ip4/127.0.0.1/tcp/0', '--no-dht', '--no-mdns', '--no-upnp', '--no-relays', '--json']
function start(args: string[]): Promise<{ child: ChildProcess; first: Record<string, string & string[]> }> {
  const child = spawn(process.execPath, ['bin/peerscope.js', ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  return new Promise((done) => createInterface({ input: child.stdout! }).on('line', (l) => { const j = JSON.parse(l); if (j.event === 'online' || j.event === 'serving') done({ child, first: j }) }))
}
const first = await start(['node', '--network', 'hook', ...F])
const boot = first.first['addresses']![0]!
const dir = `/tmp/tmp.KH5KSmIO3b/hook-${process.pid}`
const serve = await start(['serve', '--network', 'hook', '--bootstrap', boot, '--data', dir, ...F])
const url = new URL(serve.first['url']!)
const token = url.hash.replace('#token=', '')
const socket = new WebSocket(`ws://${url.host}${WEB_SOCKET_PATH}`, [WEB_PROTOCOL, `${TOKEN_PROTOCOL}${token}`], { origin: url.origin })
await new Promise((r) => socket.once('open', r))
const client: any = createORPCClient(new RPCLink({ websocket: socket as any }))
const rule = (name: string, hook: string): object => ({ rule: { kind: 'peer-departed', name, filter: '', cooldownMs: 0, notify: false, webhook: hook } })
await client.alerts.saveRule(rule('to the bad one', 'http://127.0.0.1:18001/x'))
await client.alerts.saveRule(rule('to the good one', 'http://127.0.0.1:18002/x'))
const peers: ChildProcess[] = []
for (let i = 0; i < 4; i += 1) peers.push((await start(['node', '--network', 'hook', '--bootstrap', boot, ...F])).child)
await wait(8000)
console.log(at(), 'four peers say goodbye')
for (const p of peers) p.kill('SIGTERM')
await wait(Number(process.argv[3] ?? 95) * 1000)
console.log(at(), (await client.alerts.list()).map((a: any) => `${a.ruleName}: ${a.webhook}`))
for (const p of [serve.child, first.child]) p.kill('SIGTERM')
await wait(2000); process.exit(0)
