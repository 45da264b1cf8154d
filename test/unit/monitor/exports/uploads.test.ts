import { expect, it } from 'vitest'
import { Uploads } from '../../../../src/main/monitor/exports/uploads.ts'
import { Scheduler } from '../../../sim/scheduler.ts'

const MINUTE = 60_000

it('a file is kept for half an hour after it was used last, by whatever plays it', async () => {
  const scheduler = new Scheduler()
  const clock = {
    now: () => scheduler.now,
    monotonic: () => scheduler.now,
    schedule: (ms: number, act: () => void) => scheduler.schedule(ms, act),
  }
  const uploads = new Uploads(clock)
  const file = uploads.begin()
  await uploads.put(file, new Uint8Array([1]))
  await scheduler.run(20 * MINUTE)
  uploads.keep(file)
  await scheduler.run(20 * MINUTE)
  await expect(uploads.path(file)).resolves.toEqual(expect.any(String))
  await scheduler.run(31 * MINUTE)
  await expect(uploads.path(file)).rejects.toMatchObject({ code: 'UnknownFile' })
  // One that is gone stays gone.
  uploads.keep(file)
  await expect(uploads.path(file)).rejects.toMatchObject({ code: 'UnknownFile' })
  await uploads.close()
})
