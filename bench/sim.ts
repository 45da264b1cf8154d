import { spawn } from 'node:child_process'
import { once } from 'node:events'

/**
 * Nodes on a simulated network for a while of churn, on one core: the table of `npm run sim`, invariants checked on a sample of
 * steps. Arguments: nodes and minutes, 1000 and 60 by default; what else is given goes to `npm run sim` as it is.
 */
export async function sim(args: readonly string[]): Promise<void> {
  const [nodes = '1000', minutes = '60', ...rest] = args
  const child = spawn(
    process.execPath,
    [
      // It would grow to that, with many collections on the way.
      '--min-semi-space-size=512',
      '--max-semi-space-size=512',
      // Each collection of the old part finds two gigabytes that live on, so there should be few: by default they would come for each
      // 64 MB of messages outside the heap. Without any, what lives on would lie ever farther apart, which slows all the rest.
      '--initial-old-space-size=4500',
      '--max-old-space-size=16000',
      '--external-memory-accounted-in-global-limit',
      // It is one core that is measured: helpers of the collector would be counted, and wait for each other.
      '--single-threaded-gc',
      'test/sim/run.ts',
      '--nodes',
      nodes,
      '--minutes',
      minutes,
      '--scenario',
      'churn',
      ...rest,
    ],
    { stdio: 'inherit' },
  )
  const [code] = (await once(child, 'exit')) as [number | null]
  process.exitCode = code ?? 1
}
