/** What a killed Peerscope left outside its data folder. */
import { lstatSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname } from 'node:path'
import type { Place } from './place.ts'
import { SOCKET_FILE, SOCKET_FOLDER } from './place.ts'

/**
 * Removes the temporary folder of a socket whose process is gone. Anybody may have written what names it: it must have the name
 * of ours, be in the temporary folder, belong to this user and hold nothing but the socket.
 * @throws where the system does not allow it
 */
export function removeSocketFolder({ socket, pid }: Place): void {
  const folder = dirname(socket)
  const name = basename(folder)
  if (basename(socket) !== SOCKET_FILE || dirname(folder) !== tmpdir() || !name.startsWith(SOCKET_FOLDER)) return
  if (!/^[A-Za-z0-9]{6}$/.test(name.slice(SOCKET_FOLDER.length)) || runs(pid)) return
  const found = lstatSync(folder, { throwIfNoEntry: false })
  if (found === undefined || !found.isDirectory() || found.uid !== process.getuid?.()) return
  const left = lstatSync(socket, { throwIfNoEntry: false })
  if (readdirSync(folder).some((one) => one !== SOCKET_FILE) || left?.isSocket() === false) return
  if (left !== undefined) unlinkSync(socket)
  rmdirSync(folder)
}

/** A data folder may be a copy of one that is in use. We are another process than the one that was named. */
function runs(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
