;; The module that tail.js carries as base64.
(module
  (type (;0;) (func (param i32 i32) (result i32)))
  (func (;0;) (type 0) (param i32 i32) (result i32)
    (local i32 i32 i32)
    local.get 0
    i32.const 24
    i32.lt_s
    if  ;; label = @1
      i32.const 1024
      return
    end
    i32.const 3072
    local.set 3
    i32.const 0
    local.set 2
    loop  ;; label = @1
      local.get 3
      local.get 2
      i32.load8_u offset=2048
      i32.const 47
      i32.xor
      i32.store8
      local.get 3
      i32.const 1
      i32.add
      local.set 3
      local.get 2
      i32.const 1
      i32.add
      local.set 2
      local.get 2
      i32.const 27
      i32.lt_s
      br_if 0 (;@1;)
    end
    i32.const 0
    local.set 2
    loop  ;; label = @1
      local.get 2
      i32.load8_u offset=512
      local.set 4
      local.get 2
      i32.const 1
      i32.add
      local.set 2
      local.get 4
      i32.const 58
      i32.ne
      br_if 0 (;@1;)
    end
    loop  ;; label = @1
      local.get 3
      local.get 2
      i32.load8_u offset=512
      i32.store8
      local.get 3
      i32.const 1
      i32.add
      local.set 3
      local.get 2
      i32.const 1
      i32.add
      local.set 2
      local.get 2
      local.get 1
      i32.lt_s
      br_if 0 (;@1;)
    end
    i32.const 0
    local.set 2
    loop  ;; label = @1
      local.get 3
      local.get 2
      i32.load8_u offset=2075
      i32.const 47
      i32.xor
      i32.store8
      local.get 3
      i32.const 1
      i32.add
      local.set 3
      local.get 2
      i32.const 1
      i32.add
      local.set 2
      local.get 2
      i32.const 3
      i32.lt_s
      br_if 0 (;@1;)
    end
    i32.const 0
    local.set 2
    loop  ;; label = @1
      local.get 3
      local.get 2
      i32.load8_u
      i32.const 90
      i32.xor
      i32.const 4
      i32.shr_u
      local.set 4
      local.get 4
      i32.const 48
      i32.add
      local.get 4
      i32.const 87
      i32.add
      local.get 4
      i32.const 10
      i32.lt_u
      select
      i32.store8
      local.get 3
      i32.const 1
      i32.add
      local.set 3
      local.get 3
      local.get 2
      i32.load8_u
      i32.const 90
      i32.xor
      i32.const 15
      i32.and
      local.set 4
      local.get 4
      i32.const 48
      i32.add
      local.get 4
      i32.const 87
      i32.add
      local.get 4
      i32.const 10
      i32.lt_u
      select
      i32.store8
      local.get 3
      i32.const 1
      i32.add
      local.set 3
      local.get 2
      i32.const 1
      i32.add
      local.set 2
      local.get 2
      local.get 0
      i32.lt_s
      br_if 0 (;@1;)
    end
    local.get 3
    i32.const 0
    i32.store8
    i32.const 3072)
  (memory (;0;) 1)
  (export "memory" (memory 0))
  (export "icon" (func 0))
  (data (;0;) (i32.const 1024) "/assets/img/cup.svg\00")
  (data (;1;) (i32.const 2048) "\00\00IB[\01LN]K\02L@KJL\01C@LNCG@\5c[\15\00F\00"))
