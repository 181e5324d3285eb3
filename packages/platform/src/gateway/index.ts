export { createGateway, type GatewayPorts, type Upload } from './server.ts';
