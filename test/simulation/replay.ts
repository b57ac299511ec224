export { COURSES, type Course } from './courses';
export { runHistory } from './history';
export { SERVICES } from './services';
export { shrink } from './shrink';
