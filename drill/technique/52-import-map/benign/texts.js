export default { close: 'Close', more: 'More' };
