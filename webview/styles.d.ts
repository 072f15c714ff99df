// Style sheets are bundled beside the script; importing one only puts it there.
declare module '*.css';
