/** A thread for one task of `aside`. An entry of its own in the bundle (electron.vite.config.ts). */
import { parentPort, workerData } from 'node:worker_threads'
import { doTask } from './aside-tasks.ts'
import type { AsideGiven, AsideNews, AsideWork } from './aside-tasks.ts'

const { task, given } = workerData as AsideWork
const tell = (news: AsideNews): void => parentPort?.postMessage(news, [])

tell('runs')
try {
  tell({ result: doTask(task, given as AsideGiven<typeof task>) })
} catch (error) {
  tell({ failed: error })
}
