/** A thread for one task of `aside`. An entry of its own in the bundle (electron.vite.config.ts). */
import { parentPort, workerData } from 'node:worker_threads'
import { ASIDE_TASKS } from './aside-tasks.ts'
import type { AsideNews, AsideWork } from './aside-tasks.ts'

const { task, path } = workerData as AsideWork
const tell = (news: AsideNews): void => parentPort?.postMessage(news, [])

tell('runs')
try {
  ASIDE_TASKS[task](path)
  tell('done')
} catch (error) {
  tell({ failed: error })
}
