export function Palette(props: { onClose: () => void; onKeys: () => void }) { return <button onClick={() => props.onClose()}>x</button>; }
