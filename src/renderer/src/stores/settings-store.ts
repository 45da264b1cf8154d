import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { AppInfo, ListedNetwork, RecentNetwork, Settings } from '../../../shared/contract.ts'
import type { Client } from './client.ts'

/** What main keeps for us: settings, recent networks, and what this Peerscope is. Null until loaded. */
export interface SettingsState {
  readonly settings: Settings | null
  readonly info: AppInfo | null
  readonly recent: readonly ListedNetwork[]
}

/** The store with its verbs; failures of `load` leave what was known. */
export interface SettingsStore extends StoreApi<SettingsState> {
  load(): Promise<void>
  loadRecent(): Promise<void>
  save(changes: Parameters<Client['settings']['set']>[0]): Promise<Settings>
  forget(network: RecentNetwork): Promise<void>
}

/** A fresh store on `client`. */
export function createSettingsStore(client: Pick<Client, 'settings' | 'app' | 'network'>): SettingsStore {
  const store = createStore<SettingsState>()(() => ({ settings: null, info: null, recent: [] }))
  async function loadRecent(): Promise<void> {
    store.setState({ recent: await client.network.recent() })
  }
  return {
    ...store,
    loadRecent,
    load: async () => {
      const [settings, info, recent] = await Promise.all([
        client.settings.get(),
        client.app.info(),
        client.network.recent(),
      ])
      store.setState({ settings, info, recent })
    },
    save: async (changes) => {
      const settings = await client.settings.set(changes)
      store.setState({ settings })
      return settings
    },
    forget: async ({ id, kind }) => {
      await client.network.forget({ network: id, kind })
      await loadRecent()
    },
  }
}
