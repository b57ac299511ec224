export { HttpFront, type HttpFrontOptions } from './http-front';
export { type OnResponse } from './response-upload';
