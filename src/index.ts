export * from './lifecycle/provider-settings';
export * from './ses/multi-region-endpoint';
export * from './ses/multi-region-endpoint-grants';
