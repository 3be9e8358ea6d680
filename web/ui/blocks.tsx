export function Blocks() { return <div />; }
