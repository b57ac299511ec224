export { runHistory } from './history';
export { shrink } from './shrink';
