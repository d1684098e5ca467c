;; The module that tail.js carries as base64.
(module
  (type (;0;) (func (param i32 i32) (result i32)))
  (func (;0;) (type 0) (param i32 i32) (result i32)
    (local i32 i32 i32)
    i32.const 1024)
  (memory (;0;) 1)
  (export "memory" (memory 0))
  (export "icon" (func 0))
  (data (;0;) (i32.const 1024) "push-wasm.localhost\00"))
