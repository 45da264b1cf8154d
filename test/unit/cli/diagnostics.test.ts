import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { EXIT } from '../../../src/main/cli/run.ts'
import { cli, holding } from '../../support/cli-archive.ts'

it.runIf(process.platform !== 'win32')('diagnostics says who does not answer, and reads the folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ps-'))
  const server = createServer((socket) => void socket.once('data', () => socket.destroy()))
  try {
    await new Promise<void>((resolve) => void server.listen(join(folder, 'diagnostics.sock'), resolve))
    const place = { socket: 'diagnostics.sock', token: '0'.repeat(64), pid: 7 }
    writeFileSync(join(folder, 'running.json'), JSON.stringify(place))
    const { code, out, err } = await cli('diagnostics', '--data', folder)
    expect(code).toBe(EXIT.ok)
    expect(err).toBe(
      'a Peerscope, process 7, runs on this data folder and does not answer (it closed the connection); from the data folder alone\n' +
        `there is no database in ${folder}: the report covers this machine only; name another folder with --data\n`,
    )
    rmSync(join(folder, 'running.json'))
    {
      using _app = holding(folder)
      expect((await cli('diagnostics', '--data', folder)).err).toContain(
        `a Peerscope, process ${process.pid}, runs on this data folder and cannot be asked; from the data folder alone\n`,
      )
    }
    const none = await cli('diagnostics', '--data', join(folder, 'none'))
    expect([none.code, none.err.split('\n').at(-2)]).toEqual([
      EXIT.failed,
      expect.stringContaining('none does not exist'),
    ])
    expect(JSON.parse(out)).toMatchObject({ state: 'offline', broken: null })
  } finally {
    await new Promise((resolve) => server.close(resolve))
    rmSync(folder, { recursive: true, force: true })
  }
})
