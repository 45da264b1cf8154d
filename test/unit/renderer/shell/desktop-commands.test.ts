import { describe, expect, it, vi } from 'vitest'
import type { NetworkStatus, SnapshotReport } from '../../../../src/shared/contract.ts'
import type { Aim } from '../../../../src/shared/alert-happenings.ts'
import type { DesktopCommand } from '../../../../src/shared/desktop-binding.ts'
import { DESKTOP_VIEWS } from '../../../../src/shared/desktop-binding.ts'
import {
  acceptInvitation,
  droppedSnapshot,
  handleCommand,
  takeCommands,
} from '../../../../src/renderer/src/shell/desktop-commands.ts'
import { openTaken } from '../../../../src/renderer/src/snapshots/files.ts'
import { createIncomingStore } from '../../../../src/renderer/src/stores/incoming-store.ts'
import { createUiStore, VIEWS } from '../../../../src/renderer/src/stores/ui-store.ts'
import { createFakeApi, workOf } from '../../../support/renderer/fake-api.ts'
import { fakeSnapshot, peerIdAt } from '../../../support/renderer/fake-network.ts'

function rig() {
  const told: string[] = []
  const parts = {
    ui: createUiStore(),
    incoming: createIncomingStore(),
    search: () => void told.push('search'),
    follow: ({ peerId, at, split }: Aim) => void told.push(`${peerId ?? split} at ${at}`),
    goTo: (place: string) => void told.push(place),
    toggleTheme: () => void told.push('theme'),
    tellProblem: (code: string, message: string) => void told.push(`${code}: ${message}`),
  }
  return { ...parts, told, take: (command: DesktopCommand) => handleCommand(parts, command) }
}

describe('a command of the desktop app', () => {
  it('opens each view of the navigation', () => {
    expect(DESKTOP_VIEWS).toEqual(VIEWS)
    const { ui, take } = rig()
    for (const view of DESKTOP_VIEWS) {
      take({ kind: 'ShowView', view })
      expect(ui.getState().view).toBe(view)
    }
  })

  it('follows an alert, shows a dialog, the search, another theme, a problem', () => {
    const { ui, take, told } = rig()
    take({ kind: 'FollowAlert', peerId: peerIdAt(3), network: null, at: 7, departure: null, split: null })
    take({ kind: 'FollowAlert', peerId: null, network: null, at: 8, departure: null, split: 'lasts' })
    take({ kind: 'ShowDialog', dialog: 'leave' })
    expect(ui.getState().dialog).toBe('leave')
    take({ kind: 'Search' })
    take({ kind: 'ToggleTheme' })
    take({ kind: 'ShowPlace', place: '/peers?filter=x' })
    take({ kind: 'Problem', code: 'InvalidArgument', message: 'no link' })
    expect(told).toEqual([
      `${peerIdAt(3)} at 7`,
      'lasts at 8',
      'search',
      'theme',
      '/peers?filter=x',
      'InvalidArgument: no link',
    ])
  })

  it('has an invitation wait for the user, and a file for its card', () => {
    const { incoming, ui, take } = rig()
    take({ kind: 'ConfirmJoin', network: 'n', bootstrap: ['/ip4/192.0.2.7/tcp/1'] })
    expect(incoming.getState().invitation).toEqual({ network: 'n', bootstrap: ['/ip4/192.0.2.7/tcp/1'] })
    take({ kind: 'OpenFile', file: 'id', name: 'a.peerscope' })
    expect(ui.getState().view).toBe('snapshots')
    expect(incoming.getState().file).toEqual({ kind: 'taken', file: 'id', name: 'a.peerscope', look: true })
  })
})

describe('the stream of commands', () => {
  it('begins anew where it breaks, and ends with the page', async () => {
    const ending = new AbortController()
    const taken: DesktopCommand[] = []
    const waits: number[] = []
    let opened = 0
    const commands = (): Promise<never> => {
      opened += 1
      if (opened === 1) return Promise.reject(new Error('the port is gone'))
      const one = async function* (): AsyncGenerator<DesktopCommand> {
        yield { kind: 'Search' }
      }
      return Promise.resolve(one() as never)
    }
    const wait = (ms: number): Promise<void> => {
      waits.push(ms)
      if (waits.length === 2) ending.abort()
      return Promise.resolve()
    }
    await takeCommands({ commands }, (command) => taken.push(command), wait, ending.signal)
    expect(taken).toEqual([{ kind: 'Search' }])
    expect(waits).toEqual([1000, 1000])
  })
})

describe('an invitation that the user accepted', () => {
  const invitation = { network: 'n', bootstrap: ['/ip4/192.0.2.7/tcp/1'] }
  const at = (state: string) => ({ getState: () => ({ status: { state } as NetworkStatus }) as never })

  it.each([
    ['none', ['join']],
    ['failed', ['join']],
    ['online', ['leave', 'join']],
    ['joining', ['leave', 'join']],
  ])('is joined from the state %s by %j', async (state, expected) => {
    const calls: string[] = []
    const join = vi.fn<(input: object) => Promise<unknown>>(async () => calls.push('join'))
    const network = { join, leave: async () => calls.push('leave') } as never
    await acceptInvitation({ network }, at(state), invitation)
    expect(calls).toEqual(expected)
    expect(join).toHaveBeenCalledWith(invitation)
  })
})

describe('files', () => {
  it('that are dropped: the snapshot among them', () => {
    const files = [new File([], 'a.png'), new File([], 'B.PeerScope'), new File([], 'c.peerscope')]
    expect(droppedSnapshot(files)?.name).toBe('B.PeerScope')
    expect(droppedSnapshot([])).toBeNull()
  })

  it('that the engine took in: checked, and dropped where that fails', async () => {
    const now = 1_750_000_000_000
    const { client } = createFakeApi(() => fakeSnapshot(3, now))
    const report = { ok: true } as SnapshotReport
    const drop = vi.fn<(input: { file: string }) => Promise<void>>(async () => undefined)
    const snapshots = { ...client.snapshots, drop, verify: async () => workOf(report) }
    const watch = { signal: new AbortController().signal, onStep: () => undefined, onHandedOver: () => undefined }
    expect(await openTaken({ ...client, snapshots }, 'id', 'a.peerscope', watch)).toEqual({
      file: 'id',
      name: 'a.peerscope',
      report,
    })
    const broken = { ...snapshots, verify: () => Promise.reject(new Error('gone')) }
    await expect(openTaken({ ...client, snapshots: broken }, 'id', 'a', watch)).rejects.toThrow('gone')
    expect(drop).toHaveBeenCalledWith({ file: 'id' })
  })
})
