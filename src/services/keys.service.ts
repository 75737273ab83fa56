export { resealSecrets } from './keys/reseal-secrets.ts'
export { KeysJustRotatedError, rotateKeys } from './keys/rotate-keys.ts'
export { watchKeys } from './keys/watch-keys.ts'
