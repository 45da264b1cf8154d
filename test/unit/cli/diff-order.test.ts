import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cli, fill, folder, folderForEachTest, NOW, stored } from '../../support/cli-archive.ts'

folderForEachTest()

async function snapshot(name: string, peers: readonly string[]): Promise<string> {
  const file = join(folder, `${name}.peerscope`)
  const data = fill(
    name,
    peers.map((peer) => stored(peer, NOW)),
  )
  await cli('export', '--data', data, '--format', 'snapshot', '--out', file)
  return file
}

test('of two files in reverse order it is said, and what came between them is told as left', async () => {
  const earlier = await snapshot('a', ['ann'])
  // Files have the time in milliseconds.
  const made = Date.now()
  await expect.poll(() => Date.now()).toBeGreaterThan(made)
  const later = await snapshot('b', ['ann', 'ben'])
  const [forwards, backwards] = [await cli('diff', earlier, later), await cli('diff', later, earlier)]
  expect(forwards.err).toBe('')
  expect(forwards.out).toMatch(/^1 came, 0 left, 0 changed, 1 the same$/m)
  expect(backwards.err).toBe('A is later than B: what came between them is told as left, and what left as come\n')
  expect(backwards.out).toMatch(/^0 came, 1 left .*, 0 changed, 1 the same$/m)
  expect((await cli('diff', later, later)).err).toBe('')
})
