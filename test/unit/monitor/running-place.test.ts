import { describe, expect, it } from 'vitest'
import { socketOf } from '../../../src/main/monitor/running/place.ts'

describe('a file that names a socket', () => {
  const told = (socket: string) => ({ socket, token: 'ab'.repeat(32), pid: 1 })

  it('leads to ours alone', () => {
    expect(socketOf(told('diagnostics.sock'), '/data', 'linux')).toBe('/data/diagnostics.sock')
    expect(socketOf(told('/tmp/x/diagnostics.sock'), '/data', 'linux')).toBe('/tmp/x/diagnostics.sock')
    const name = `\\\\.\\pipe\\peerscope-${'0a'.repeat(16)}`
    expect(socketOf(told(name), 'C:\\data', 'win32')).toBe(name)
  })

  it.each([
    ['linux', '/var/run/docker.sock'],
    ['linux', '../diagnostics.sock'],
    ['win32', '\\\\evil.example\\pipe\\peerscope-0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a'],
    ['win32', '\\\\.\\pipe\\other'],
    ['win32', 'diagnostics.sock'],
  ])('on %s never to %s', (platform, socket) => {
    expect(socketOf(told(socket), '/data', platform)).toBeNull()
  })
})
