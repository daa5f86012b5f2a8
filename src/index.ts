export type * from './deployfile/types.ts'
export type * from './ops/types.ts'
export { defineOp, OpFailed } from './ops/types.ts'
export type * from './plan/types.ts'
