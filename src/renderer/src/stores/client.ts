import type { ContractRouterClient } from '@orpc/contract'
import type { Contract } from '../../../shared/contract.ts'

/** The calls of the contract, however they travel. */
export type Client = ContractRouterClient<Contract>
