/** Keeps long blocks of work off the event loop: each runs in a thread of its own. */
import { startThread, threadScript } from '../thread.ts'
import { doTask } from './aside-tasks.ts'
import type { AsideGiven, AsideNews, AsideResult, AsideTask, AsideWork } from './aside-tasks.ts'

/**
 * Does the task in a thread of its own, to its end. Where no thread can be started it is done here: that holds everything
 * else up, but leaves nothing undone.
 * @param worker the thread's script; null where there is none
 * @param signal ends the waiting at once, and the thread as soon as it leaves SQLite
 * @throws what the task throws, or what the signal was fired with
 */
export async function aside<Task extends AsideTask>(
  task: Task,
  given: AsideGiven<Task>,
  worker: URL | null = threadScript('aside-worker', import.meta.url),
  signal?: AbortSignal,
): Promise<AsideResult<Task>> {
  signal?.throwIfAborted()
  const end = worker === null ? null : await inThread(worker, { task, given }, signal)
  if (end === null) return doTask(task, given)
  if ('failed' in end) throw end.failed
  return end.result as AsideResult<Task>
}

type End = Exclude<AsideNews, 'runs'>

/** What came of it; null where the thread did not even begin. */
function inThread(script: URL, work: AsideWork, signal: AbortSignal | undefined): Promise<End | null> {
  return new Promise((resolve) => {
    let result: End | null = null
    const thread = startThread(script, { workerData: work })
    if (thread === null) return resolve(null)
    const stop = (): void => {
      resolve({ failed: signal?.reason })
      void thread.terminate()
    }
    signal?.addEventListener('abort', stop, { once: true })
    thread.on('message', (news: AsideNews) => {
      result = news === 'runs' ? { failed: new Error('the thread ended before its work') } : news
    })
    thread.on('error', (error) => {
      if (result !== null) result = { failed: error }
    })
    // Only now nothing that the task opened is still open.
    thread.on('exit', () => {
      signal?.removeEventListener('abort', stop)
      resolve(result)
    })
  })
}
