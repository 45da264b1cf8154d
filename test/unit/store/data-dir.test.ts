import { describe, expect, it } from 'vitest'
import { databasePath, dataDirectory } from '../../../src/main/store/data-dir.ts'

describe('the data folder', () => {
  it.each([
    ['linux', {}, '/home/ann', '/home/ann/.local/share/peerscope'],
    ['linux', { XDG_DATA_HOME: '/data' }, '/home/ann', '/data/peerscope'],
    ['linux', { XDG_DATA_HOME: '' }, '/home/ann', '/home/ann/.local/share/peerscope'],
    ['linux', { XDG_DATA_HOME: 'not/absolute' }, '/home/ann', '/home/ann/.local/share/peerscope'],
    ['freebsd', { APPDATA: '/nothing' }, '/home/ann', '/home/ann/.local/share/peerscope'],
    ['darwin', { XDG_DATA_HOME: '/data' }, '/Users/ann', '/Users/ann/Library/Application Support/Peerscope'],
    ['win32', { APPDATA: 'D:\\Roaming' }, 'C:\\Users\\ann', 'D:\\Roaming\\Peerscope'],
    ['win32', {}, 'C:\\Users\\ann', 'C:\\Users\\ann\\AppData\\Roaming\\Peerscope'],
    ['win32', { APPDATA: '' }, 'C:\\Users\\ann', 'C:\\Users\\ann\\AppData\\Roaming\\Peerscope'],
  ])('on %s with %o is below %s: %s', (platform, env, home, folder) => {
    expect(dataDirectory(env, platform, home)).toBe(folder)
  })

  it('holds the database under one name', () => {
    expect(databasePath('/data/peerscope', 'linux')).toBe('/data/peerscope/peerscope.db')
    expect(databasePath('D:\\Roaming\\Peerscope', 'win32')).toBe('D:\\Roaming\\Peerscope\\peerscope.db')
  })
})
