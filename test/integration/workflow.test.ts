/** The workflow's own shell scripts: they are read by bash, and they tell good from bad. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readYaml } from '../unit/packaging/yaml.ts'

const ROOT = join(import.meta.dirname, '..', '..')

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'peerscope-workflow-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Runs a script of ours in a folder, with `npm` and others replaced by what the folder has. */
async function run(script: string, ...args: string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn('bash', [join(ROOT, '.github', script), ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: [folder, dirname(process.execPath), process.env['PATH']].join(delimiter) },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const [code] = await once(child, 'close')
  return { code, said }
}

const program = (name: string, content: string): void =>
  writeFileSync(join(folder, name), `#!/usr/bin/env bash\n${content}\n`, { mode: 0o755 })

it('bash can read every command of the workflow, and every script', () => {
  const { jobs } = readYaml(join(ROOT, '.github/workflows/build.yml')) as {
    jobs: Record<string, { steps: { run?: string }[] }>
  }
  const texts = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []))
  const files = globSync('.github/*.sh', { cwd: ROOT }).map((path) => readFileSync(join(ROOT, path), 'utf8'))
  expect([texts.length > 20, files.length]).toEqual([true, 2])
  for (const text of [...texts, ...files]) {
    const { stderr } = spawnSync('bash', ['-n'], { input: text.replaceAll(/\$\{\{.*?\}\}/g, 'x'), encoding: 'utf8' })
    expect([text, stderr]).toEqual([text, ''])
  }
})

describe('on-display.sh', () => {
  it('gives a Wayland compositor, hides X, passes the exit code on, and ends the compositor', async () => {
    const socket = `require('net').createServer().listen(process.env.XDG_RUNTIME_DIR + '/' + process.env.WAYLAND_DISPLAY)`
    program('weston', `echo $$ > ${folder}/pid; exec node -e "${socket}"`)
    program('look', 'echo "${DISPLAY-none} $XDG_SESSION_TYPE"; test -S "$XDG_RUNTIME_DIR/$WAYLAND_DISPLAY" && exit 7')
    expect(await run('on-display.sh', 'wayland', 'look')).toEqual({ code: 7, said: 'none wayland\n' })
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'))
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  })

  it('says when the compositor does not start', async () => {
    program('weston', 'exit 1')
    expect(await run('on-display.sh', 'wayland', 'true')).toMatchObject({
      code: 1,
      said: expect.stringContaining('does not start') as unknown,
    })
    expect((await run('on-display.sh', 'mir', 'true')).code).toBe(2)
  })

  it('gives an X server, and hides Wayland', async () => {
    program('xvfb-run', 'while [ "${1#--}" != "$1" ]; do shift; done; DISPLAY=:7 exec "$@"')
    program('look', 'echo "$DISPLAY ${WAYLAND_DISPLAY-none} $XDG_SESSION_TYPE"; exit 3')
    expect(await run('on-display.sh', 'xvfb', 'look')).toEqual({ code: 3, said: ':7 none x11\n' })
  })
})

describe('start-falls-back.sh', () => {
  const starts = (reason: string, url: string): void =>
    program(
      'npm',
      `echo "$*"; echo "${reason}"; echo "Peerscope is at ${url}"; trap 'exit 0' TERM; while :; do sleep 0.1; done`,
    )

  it('passes where the reason and the page are there, and not otherwise', async () => {
    const server = createServer((_request, response) => response.end('<title>Peerscope</title>'))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    try {
      starts('This system allows no user namespaces.', `${url}#token=x`)
      const good = await run('start-falls-back.sh')
      expect([good.code, good.said]).toEqual([0, expect.stringContaining('start -- --data ')])

      starts('', url)
      expect(await run('start-falls-back.sh')).toMatchObject({
        code: 1,
        said: expect.stringContaining('say why') as unknown,
      })
    } finally {
      server.close()
      server.closeAllConnections()
    }
    starts('This system allows no user namespaces.', url)
    expect((await run('start-falls-back.sh')).code).toBe(1)
    program('npm', 'echo "no"; exit 1')
    expect((await run('start-falls-back.sh')).said).toContain('opened nothing')
  })
})
