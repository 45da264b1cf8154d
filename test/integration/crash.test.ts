/** The app's process ends with its goodbye where an exception was not caught. What it does by itself: test/unit/cli/crash.test.ts. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { programPath } from '../support/programs.ts'

it('an exception that nobody caught ends the browser host with its words, those of its end, and code 1', async () => {
  const data = mkdtempSync(join(tmpdir(), 'peerscope-crash-'))
  const flags = ['--no-dht', '--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0', '--data', data, '--json']
  // Waiting for it keeps no process alive that fails before.
  const crash = 'process.once("message", () => { throw new Error("boom") }); process.channel.unref()'
  const imported = ['--import', `data:text/javascript,${crash}`]
  const child = spawn(process.execPath, [...imported, programPath('cli'), 'serve', ...flags], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  try {
    const said = { out: '', err: '' }
    let crashes = false
    child.stdout?.on('data', (chunk: Buffer) => {
      said.out += chunk.toString()
      if (crashes || !said.out.includes('"serving"')) return
      crashes = true
      child.send('now')
    })
    child.stderr?.on('data', (chunk: Buffer) => void (said.err += chunk.toString()))
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect(said.out).toContain('"message":"boom"')
    expect(said.err).toContain('peerscope: an unexpected error')
    expect(said.err).toContain('Error: boom')
    expect(code).toBe(1)
  } finally {
    child.kill('SIGKILL')
    rmSync(data, { recursive: true, force: true })
  }
})
